import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type RefObject, useEffect, useLayoutEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { ThreadItem, Ticket } from "@/api/types";
import { Button } from "@/ui/Button";
import { loadOlder } from "../api";
import { ChangeLine } from "./ChangeLine";
import { Message } from "./Message";
import classes from "./Thread.module.css";

const NEAR_END_PX = 160;

/** Messages and, between them, the changes; opens at its newest end. */
export function Thread({ ticket }: { ticket: Ticket }) {
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
            className={classes.older}
            busy={older.isPending}
            onClick={() => older.mutate()}
          >
            {t("ticket.older")}
          </Button>
        )}
        {ticket.thread.map((item) => (
          <Item
            key={`${item.type}-${item.id}`}
            item={item}
            theirZone={ticket.requester.time_zone}
          />
        ))}
      </div>
    </div>
  );
}

type ItemProps = { item: ThreadItem; theirZone?: string | null };

function Item({ item, theirZone }: ItemProps) {
  if (item.type === "message") return <Message message={item} theirZone={theirZone} />;
  return <ChangeLine change={item} />;
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
    const onScroll = () => {
      atEnd.current = pane.scrollHeight - pane.scrollTop - pane.clientHeight < NEAR_END_PX;
    };
    const grown = new ResizeObserver(() => {
      if (atEnd.current) pane.scrollTop = pane.scrollHeight;
    });
    grown.observe(body.current);
    pane.addEventListener("scroll", onScroll, { passive: true });
    return () => {
      grown.disconnect();
      pane.removeEventListener("scroll", onScroll);
    };
  }, [scroll, body]);
  return atEnd;
}
