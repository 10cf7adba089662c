import "./texts";
import { memo, type RefObject, useMemo, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { ThreadItem, Ticket } from "@/api/types";
import { ChangeLine } from "../components/ChangeLine";
import { ChangeRun } from "../components/ChangeRun";
import { Message } from "../components/Message";
import type { People } from "../recipients";
import { linesOf, type ThreadLine } from "../threadLines";
import { type Goal, useGoal } from "./goal";
import { KeepPlace } from "./KeepPlace";
import { useSegments } from "./parts";
import { firstOfNewest, type Segment } from "./segments";
import { useStickToEnd } from "./stickToEnd";
import classes from "./Thread.module.css";
import { ThreadGap } from "./ThreadGap";
import { ThreadPart } from "./ThreadPart";
import { useLoading, useLoadOnScroll } from "./useLoading";

type ThreadProps = {
  ticket: Ticket;
  /** The first message that was new when the ticket was opened. */
  unreadId: number | null;
  /** Where somebody wants to go. */
  goal: Goal | null;
  body: RefObject<HTMLDivElement | null>;
  /** Somebody wants to answer these people; null: the requester alone. */
  onReply: (people: People | null) => void;
};

/**
 * Messages and, between them, the changes, runs of them folded; opens at its first new message or
 * else its newest. What lies before the newest part is loaded as one scrolls, asks or goes there.
 */
export const Thread = memo(function Thread(props: ThreadProps) {
  const { ticket, unreadId, goal, body } = props;
  const { t } = useTranslation();
  const pane = useRef<HTMLDivElement>(null);
  const atEnd = useStickToEnd(pane, body);
  const segments = useSegments(ticket);
  const loading = useLoading(ticket.number);
  useLoadOnScroll(pane, segments, loading);
  const newest = firstOfNewest(ticket);
  const unreadBefore = unreadId !== null && unreadId < newest ? unreadId : null;
  const unread = useMemo<Goal | null>(
    () => (unreadBefore === null ? null : { id: unreadBefore, kind: "unread" }),
    [unreadBefore],
  );
  const wanted = goal ?? unread;
  useGoal(wanted, { segments, pane, atEnd, ...loading });
  const lines = { ticket, onReply: props.onReply };
  return (
    <div className={classes.scroll} ref={pane}>
      <KeepPlace pane={pane} atEnd={atEnd}>
        <div className={classes.thread} ref={body} role="log" aria-label={t("ticket.thread")}>
          {segments.map((segment) => (
            <ShownSegment
              key={segment.key}
              {...{ ...lines, segment, unreadId, wanted, pane, newest, loading }}
            />
          ))}
          <Lines
            {...lines}
            items={ticket.thread}
            unreadId={unreadId !== null && unreadId >= newest ? unreadId : null}
          />
        </div>
      </KeepPlace>
    </div>
  );
});

type SegmentProps = Pick<ThreadProps, "ticket" | "onReply" | "unreadId"> & {
  segment: Segment;
  wanted: Goal | null;
  pane: RefObject<HTMLElement | null>;
  newest: number;
  loading: ReturnType<typeof useLoading>;
};

function ShownSegment(props: SegmentProps) {
  const { segment, unreadId, wanted, pane, newest, loading, ...lines } = props;
  if (segment.kind === "gap") {
    return <ThreadGap gap={segment.gap} busy={loading.busy} onLoad={loading.load} />;
  }
  if (segment.kind === "first") {
    const { message } = segment;
    return (
      <Lines {...lines} items={[message]} unreadId={unreadId === message.id ? unreadId : null} />
    );
  }
  const { part } = segment;
  const holds = (id: number | null | undefined) =>
    id != null && part.after < id && id < part.before;
  return (
    <ThreadPart
      number={lines.ticket.number}
      part={part}
      until={newest}
      pane={pane}
      wanted={holds(wanted?.id)}
    >
      {(items) => <Lines {...lines} items={items} unreadId={holds(unreadId) ? unreadId : null} />}
    </ThreadPart>
  );
}

type LinesProps = Pick<ThreadProps, "ticket" | "onReply" | "unreadId"> & {
  items: readonly ThreadItem[];
};

/** The lines of some items; a rule stands over the first new message, if it is among them. */
function Lines({ items, unreadId, ...rest }: LinesProps) {
  const lines = useMemo(() => linesOf(items), [items]);
  const firstNew =
    unreadId === null
      ? undefined
      : lines.find((line) => line.kind === "message" && line.message.id >= unreadId);
  return lines.map((line) => (
    <Line key={line.key} line={line} isFirstNew={line === firstNew} {...rest} />
  ));
}

type LineProps = Pick<ThreadProps, "ticket" | "onReply"> & {
  line: ThreadLine;
  isFirstNew: boolean;
};

const Line = memo(function Line({ line, ticket, isFirstNew, onReply }: LineProps) {
  if (line.kind === "message") {
    return (
      <>
        {isFirstNew && <UnreadRule />}
        <Message message={line.message} ticket={ticket} onReply={onReply} />
      </>
    );
  }
  if (line.kind === "run") return <ChangeRun changes={line.changes} />;
  return <ChangeLine change={line.change} />;
});

function UnreadRule() {
  const { t } = useTranslation();
  return (
    // biome-ignore lint/a11y/useSemanticElements: a rule of the language holds no words
    <div
      className={classes.unread}
      role="separator"
      data-first-unread
      aria-label={t("longThread.unread")}
    >
      {t("longThread.unread")}
    </div>
  );
}
