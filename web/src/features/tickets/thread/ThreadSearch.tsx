import "./texts";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { type KeyboardEvent, type RefObject, useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { asProblem } from "@/api/problem";
import { IconButton } from "@/ui/Button";
import { Icon } from "@/ui/Icon";
import { useFoundMarks } from "./foundMarks";
import type { Goal } from "./goal";
import { matchesQuery } from "./matches";
import classes from "./ThreadSearch.module.css";

const TYPING_MS = 200;
const MOST_CHARACTERS = 500;

type ThreadSearchProps = {
  number: number;
  /** The thread whose messages are marked. */
  body: RefObject<HTMLElement | null>;
  onGoal: (goal: Goal) => void;
  onClose: () => void;
};

/** Searches all messages of the ticket, loaded or not; goes from one to the next. */
export default function ThreadSearch({ number, body, onGoal, onClose }: ThreadSearchProps) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState("");
  const field = useRef<HTMLInputElement>(null);
  const [words] = useDebouncedValue(typed.trim(), TYPING_MS);
  const { data, error, isFetching } = useQuery(matchesQuery(number, words));
  const answer = words === "" ? undefined : data;
  const items = useMemo(() => answer?.items ?? [], [answer]);
  const [current, setCurrent] = useState<number | null>(null);
  const found = useMemo(
    () => ({ words: new Map(items.map((one) => [one.message_id, one.words])), current }),
    [items, current],
  );
  useFoundMarks(body, found);
  useEffect(() => field.current?.focus(), []);

  const goTo = (id: number) => {
    setCurrent(id);
    onGoal({ id, kind: "match" });
  };
  // New words begin at the newest match, unless the message that is looked at holds them, too.
  const isHeld = items.some((one) => one.message_id === current);
  const newest = items.at(-1)?.message_id ?? null;
  useEffect(() => {
    if (isHeld || isFetching) return;
    setCurrent(newest);
    if (newest !== null) onGoal({ id: newest, kind: "match" });
  }, [isHeld, isFetching, newest, onGoal]);

  const place = items.findIndex((one) => one.message_id === current);
  const step = (by: number) => {
    const next = items[(place + by + items.length) % items.length];
    if (next) goTo(next.message_id);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape") onClose();
    else if (event.key === "Enter" && items.length > 0) step(event.shiftKey ? -1 : 1);
    else return;
    event.preventDefault();
  };
  const none = items.length === 0;
  return (
    // biome-ignore lint/a11y/useSemanticElements: browsers that we support do not all know <search>
    <div role="search" className={`${classes.bar} screen-only`}>
      <label className={classes.field}>
        <Icon name="search" />
        <input
          ref={field}
          type="search"
          value={typed}
          maxLength={MOST_CHARACTERS}
          aria-label={t("searchInTicket.label")}
          placeholder={t("searchInTicket.label")}
          dir="auto"
          data-search-in-ticket
          onChange={(event) => setTyped(event.currentTarget.value)}
          onKeyDown={onKeyDown}
        />
      </label>
      <span className={classes.told} role="status">
        {error ? asProblem(error).message : <Place {...{ answer, place, words }} />}
      </span>
      <IconButton
        icon="up"
        label={t("searchInTicket.previous")}
        disabled={none}
        onClick={() => step(-1)}
      />
      <IconButton
        icon="down"
        label={t("searchInTicket.next")}
        disabled={none}
        onClick={() => step(1)}
      />
      <IconButton icon="x" label={t("searchInTicket.close")} onClick={onClose} />
    </div>
  );
}

type Answer = {
  items: readonly unknown[];
  more: boolean;
  corrected?: { to: string } | null;
};

/** Which match of how many is looked at, and what was searched for instead of what was typed. */
function Place({ answer, place, words }: { answer?: Answer; place: number; words: string }) {
  const { t, i18n } = useTranslation();
  if (!answer || words === "") return null;
  const { items, more, corrected } = answer;
  if (items.length === 0) return t("searchInTicket.none");
  const told = t(more ? "searchInTicket.placeOfMany" : "searchInTicket.place", {
    place: (place + 1).toLocaleString(i18n.language),
    all: items.length.toLocaleString(i18n.language),
  });
  if (!corrected) return told;
  return `${told}. ${t("searchInTicket.corrected", { word: corrected.to })}`;
}
