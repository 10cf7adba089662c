import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type RefObject, useEffect, useLayoutEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { Ticket } from "@/api/types";
import { Button } from "@/ui/Button";
import { loadOlder } from "../api";
import { useLinkedMessage } from "../linkedMessage";
import type { People } from "../recipients";
import { linesOf, type ThreadLine } from "../threadLines";
import { ChangeLine } from "./ChangeLine";
import { ChangeRun } from "./ChangeRun";
import { Message } from "./Message";
import classes from "./Thread.module.css";

const NEAR_END_PX = 160;
/** What stays between the pane's edge and the beginning of a long message. */
const MARGIN_PX = 8;

type ThreadProps = {
  ticket: Ticket;
  /** Somebody wants to answer these people; null: the requester alone. */
  onReply: (people: People | null) => void;
};

/** Messages and, between them, the changes, runs of them folded; opens at its newest message. */
export function Thread({ ticket, onReply }: ThreadProps) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const scroll = useRef<HTMLDivElement>(null);
  const body = useRef<HTMLDivElement>(null);
  const atEnd = useStickToEnd(scroll, body);
  const older = useMutation({
    mutationFn: async () => {
      const before = scroll.current?.scrollHeight ?? 0;
      atEnd.current = false;
      await loadOlder(queryClient, ticket);
      return before;
    },
    // What was in sight stays where it was.
    onSuccess: (before) =>
      requestAnimationFrame(() => {
        if (scroll.current) scroll.current.scrollTop += scroll.current.scrollHeight - before;
      }),
  });
  useLinkedMessage(ticket, atEnd, older);
  return (
    <div className={classes.scroll} ref={scroll}>
      <div className={classes.thread} ref={body} role="log" aria-label={t("ticket.thread")}>
        {ticket.thread_cursor && (
          <Button
            look="line"
            className={`${classes.older} printed`}
            busy={older.isPending}
            onClick={() => older.mutate()}
          >
            {t("ticket.older")}
          </Button>
        )}
        {linesOf(ticket.thread).map((line) => (
          <Line key={line.key} line={line} ticket={ticket} onReply={onReply} />
        ))}
      </div>
    </div>
  );
}

type LineProps = ThreadProps & { line: ThreadLine };

function Line({ line, ticket, onReply }: LineProps) {
  if (line.kind === "message") {
    return <Message message={line.message} ticket={ticket} onReply={onReply} />;
  }
  if (line.kind === "run") return <ChangeRun changes={line.changes} />;
  return <ChangeLine change={line.change} />;
}

/**
 * Keeps the newest message in sight while frames and images find their height: all of it, or its
 * beginning where it is higher than the pane. A reader at the end stays at the end.
 */
function useStickToEnd(
  scroll: RefObject<HTMLDivElement | null>,
  body: RefObject<HTMLDivElement | null>,
) {
  const atEnd = useRef(true);
  const placed = useRef<Placed>({ newest: null, topPx: 0, byReader: false });
  useLayoutEffect(() => {
    if (scroll.current) showNewest(scroll.current, placed.current);
  }, [scroll]);
  useEffect(() => {
    const pane = scroll.current;
    if (!pane || !body.current) return;
    let topPx = pane.scrollTop;
    const onScroll = () => {
      // On paper nothing scrolls; where the reader was is found again afterwards.
      if (window.matchMedia("print").matches) return;
      topPx = pane.scrollTop;
      // What this hook did itself is not the reader's choice.
      if (Math.abs(topPx - placed.current.topPx) < 1) return;
      placed.current.byReader = true;
      atEnd.current = pane.scrollHeight - topPx - pane.clientHeight < NEAR_END_PX;
    };
    const onPrinted = () => {
      requestAnimationFrame(() => {
        if (atEnd.current) showNewest(pane, placed.current);
        else pane.scrollTop = topPx;
      });
    };
    const grown = new ResizeObserver(() => {
      if (atEnd.current) showNewest(pane, placed.current);
    });
    grown.observe(body.current);
    pane.addEventListener("scroll", onScroll, { passive: true });
    window.addEventListener("afterprint", onPrinted);
    return () => {
      window.removeEventListener("afterprint", onPrinted);
      grown.disconnect();
      pane.removeEventListener("scroll", onScroll);
    };
  }, [scroll, body]);
  return atEnd;
}

type Placed = {
  /** The message that was the newest when it was last looked for. */
  newest: Element | null;
  /** Where the pane was put. */
  topPx: number;
  /** The reader has moved since the newest message came. */
  byReader: boolean;
};

function showNewest(pane: HTMLElement, placed: Placed): void {
  const newest = [...pane.querySelectorAll("article")].at(-1) ?? null;
  if (newest !== placed.newest) placed.byReader = false;
  placed.newest = newest;
  const end = pane.scrollHeight - pane.clientHeight;
  const begin = newest
    ? newest.getBoundingClientRect().top - pane.getBoundingClientRect().top + pane.scrollTop
    : end;
  pane.scrollTop = placed.byReader ? end : Math.min(end, begin - MARGIN_PX);
  placed.topPx = pane.scrollTop;
}
