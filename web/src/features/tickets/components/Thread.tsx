import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type RefObject, useEffect, useLayoutEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { Ticket } from "@/api/types";
import { Button } from "@/ui/Button";
import { loadOlder } from "../api";
import type { People } from "../recipients";
import { linesOf, type ThreadLine } from "../runs";
import { ChangeLine } from "./ChangeLine";
import { ChangeRun } from "./ChangeRun";
import { Message } from "./Message";
import classes from "./Thread.module.css";

const NEAR_END_PX = 160;

type ThreadProps = {
  ticket: Ticket;
  /** Somebody wants to answer these people; null: the requester alone. */
  onReply: (people: People | null) => void;
};

/** Messages and, between them, the changes, runs of them folded; opens at its newest end. */
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

/** Keeps the newest message in sight while frames and images find their height. */
function useStickToEnd(
  scroll: RefObject<HTMLDivElement | null>,
  body: RefObject<HTMLDivElement | null>,
) {
  const atEnd = useRef(true);
  useLayoutEffect(() => {
    const pane = scroll.current;
    if (pane) pane.scrollTop = pane.scrollHeight;
  }, [scroll]);
  useEffect(() => {
    const pane = scroll.current;
    if (!pane || !body.current) return;
    let topPx = pane.scrollTop;
    const onScroll = () => {
      // On paper nothing scrolls; where the reader was is found again afterwards.
      if (window.matchMedia("print").matches) return;
      topPx = pane.scrollTop;
      atEnd.current = pane.scrollHeight - topPx - pane.clientHeight < NEAR_END_PX;
    };
    const onPrinted = () => {
      requestAnimationFrame(() => {
        pane.scrollTop = atEnd.current ? pane.scrollHeight : topPx;
      });
    };
    const grown = new ResizeObserver(() => {
      if (atEnd.current) pane.scrollTop = pane.scrollHeight;
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
