import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState } from "react";
import { client, read } from "@/api/client";
import { fieldsQuery } from "@/api/fields";
import type { components } from "@/api/generated/schema";
import { asProblem, type ProblemError } from "@/api/problem";
import { asGroup, type Condition, type Group, type Value, withoutShell } from "@/lib/conditionTree";
import { isComplete } from "./tree";

type Schemas = components["schemas"];
type Asked = { text: string } | { condition: Condition };

const TYPING_MS = 200;

const parseCondition = (asked: Asked): Promise<Schemas["ConditionRead"]> =>
  read(client.POST("/api/v1/conditions/parse", { body: asked as Schemas["ConditionInput"] }));

/** What values that are ids are called, by kind and id. */
export type Names = ReadonlyMap<string, string>;
export const nameKey = (kind: string, value: Value) => `${kind}:${value}`;

/**
 * A condition as text and as a tree: whichever is edited, the other follows, by the server's own
 * parser. An answer to what was edited since is dropped.
 */
export function useConditionForms(begin: string) {
  const fields = useQuery(fieldsQuery).data ?? [];
  const [text, showText] = useState(begin);
  const [tree, showTree] = useState<Group>(asGroup(null));
  const [names, setNames] = useState<Names>(new Map());
  const [wrong, setWrong] = useState<ProblemError | null>(null);
  /** The text that both say, null while one of them waits for the other. */
  const [agreed, setAgreed] = useState<string | null>(null);
  const asking = useRef(0);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);

  const learn = useCallback((known: Schemas["NamedId"][]) => {
    setNames((held) => {
      const next = new Map(held);
      for (const { kind, value, name } of known) next.set(nameKey(kind, value), name);
      return next;
    });
  }, []);
  const ask = useCallback(
    (asked: Asked, waitMs: number) => {
      asking.current += 1;
      const mine = asking.current;
      setAgreed(null);
      clearTimeout(timer.current);
      timer.current = setTimeout(async () => {
        try {
          const answer = await parseCondition(asked);
          if (asking.current !== mine) return;
          learn(answer.names);
          setWrong(null);
          if ("text" in asked) showTree(asGroup(answer.condition as Condition | null));
          else showText(answer.text);
          setAgreed(answer.text);
        } catch (error) {
          if (asking.current === mine) setWrong(asProblem(error));
        }
      }, waitMs);
    },
    [learn],
  );
  const setText = useCallback(
    (next: string) => {
      showText(next);
      ask({ text: next }, TYPING_MS);
    },
    [ask],
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: only what it begins with
  useEffect(() => ask({ text: begin }, 0), []);

  const setTree = (next: Group) => {
    showTree(next);
    const condition = withoutShell(next);
    if (condition && isComplete(condition, fields)) {
      ask({ condition }, TYPING_MS);
    } else {
      asking.current += 1;
      clearTimeout(timer.current);
      setWrong(null);
      setAgreed(condition ? null : "");
      if (!condition) showText("");
    }
  };
  const condition = withoutShell(tree);
  const isWhole = !condition || isComplete(condition, fields);
  return { text, setText, tree, setTree, names, learn, wrong, agreed, isWhole, fields };
}

export type ConditionForms = ReturnType<typeof useConditionForms>;

/** What a completion stands for: the ids of a name that was picked, as the server reads it. */
export function useReadValue(learn: ConditionForms["learn"]) {
  const queryClient = useQueryClient();
  return async (field: string, written: string): Promise<Value[]> => {
    const text = `${field}:${written}`;
    const answer = await queryClient.fetchQuery({
      queryKey: ["views", "condition", text],
      queryFn: () => parseCondition({ text }),
      staleTime: 60_000,
    });
    learn(answer.names);
    return answer.condition && "values" in answer.condition
      ? (answer.condition.values as Value[])
      : [];
  };
}
