import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { useDirectoryAwaited } from "@/api/directory";
import type { BulkRequest, TicketChange, TicketRow } from "@/api/types";
import { Button, IconButton } from "@/ui/Button";
import { Picker, type PickerOption } from "@/ui/Picker";
import { useBulk } from "../bulk";
import {
  NOBODY,
  useAssigneeOptions,
  usePriorityOptions,
  useResolvedKey,
  useStatusOptions,
  useTagOptions,
  useTeamOptions,
} from "../options";
import classes from "./BulkBar.module.css";

export type BulkField = "assign" | "status" | "priority" | "team" | "tag" | "resolve";

type BulkBarProps = {
  numbers: number[];
  rows: TicketRow[];
  /** Which list is open; keys open it from outside. */
  field: BulkField | null;
  onField: (field: BulkField | null) => void;
  onClear: () => void;
};

const keyOf = { assign: "a", status: "s", priority: "p", team: "t", tag: "l" } as const;

/** What can be done to every chosen ticket at once. */
export function BulkBar({ numbers, rows, field, onField, onClear }: BulkBarProps) {
  const { t } = useTranslation();
  const bulk = useBulk();
  const options = {
    assign: useAssigneeOptions(),
    status: useStatusOptions(),
    priority: usePriorityOptions(),
    team: useTeamOptions(),
    tag: useTagOptions(),
  };
  const awaited = useDirectoryAwaited();
  const count = numbers.length;
  const resolved = useResolvedKey();
  const apply = (request: Omit<BulkRequest, "numbers">, done: string) =>
    bulk.mutate({ numbers, ...request, done });
  const resolve = () => apply({ set: { status: resolved } }, t("bulk.done.resolve", { count }));
  const pick = (kind: keyof typeof keyOf, value: string) => {
    const name = options[kind].find((option) => option.value === value)?.label ?? value;
    const chosenTag = kind === "tag" && allHave(rows, numbers, value);
    if (chosenTag) apply({ remove_tags: [value] }, t("bulk.done.untag", { count, name }));
    else if (kind === "tag") apply({ add_tags: [value] }, t("bulk.done.tag", { count, name }));
    else apply({ set: patchFor(kind, value) }, t(`bulk.done.${kind}`, { count, name }));
  };

  // biome-ignore lint/correctness/useExhaustiveDependencies: runs once when the key asks for it
  useEffect(() => {
    if (field !== "resolve") return;
    onField(null);
    resolve();
  }, [field]);

  return (
    <div className={classes.bar} role="toolbar" aria-label={t("bulk.selected", { count })}>
      <b className={classes.count}>{t("bulk.selected", { count })}</b>
      <i className={classes.rule} />
      {(Object.keys(keyOf) as (keyof typeof keyOf)[]).map((kind) => (
        <Picker
          key={kind}
          label={t(`bulk.${kind}`)}
          options={options[kind] as PickerOption[]}
          chosen={[]}
          onPick={(value) => pick(kind, value)}
          opened={field === kind}
          onOpenedChange={(opened) => onField(opened ? kind : null)}
          creatable={kind === "tag"}
          searching={awaited}
          position="top-start"
        >
          <Button
            className={classes.action}
            shortcut={keyOf[kind]}
            onClick={() => onField(field === kind ? null : kind)}
          >
            {t(`bulk.${kind}`)}
          </Button>
        </Picker>
      ))}
      <Button className={classes.action} shortcut="e" onClick={resolve}>
        {t("bulk.resolve")}
      </Button>
      <i className={classes.rule} />
      <IconButton icon="x" label={t("bulk.clear")} onClick={onClear} />
    </div>
  );
}

function patchFor(kind: "assign" | "status" | "priority" | "team", value: string): TicketChange {
  if (kind === "assign") return { assignee_id: value === NOBODY ? null : Number(value) };
  if (kind === "team") return { team_id: Number(value) };
  if (kind === "status") return { status: value };
  return { priority: value as TicketChange["priority"] };
}

function allHave(rows: TicketRow[], numbers: number[], tag: string): boolean {
  const chosen = rows.filter((row) => numbers.includes(row.number));
  return chosen.length > 0 && chosen.every((row) => row.tags.includes(tag));
}
