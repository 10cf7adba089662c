import { useLocation } from "@tanstack/react-router";
import { type RefObject, useEffect, useRef, useState } from "react";
import type { Growth } from "./parts";
import type { Gap, Segment } from "./segments";

const ANCHOR = /^message-(\d+)$/;

/** A message to go to; each object is gone to once. */
export type Goal = { id: number; kind: "link" | "match" | "unread" };

/** Where somebody wants to go: what they asked for last, or the message that the address names. */
export function useAskedGoal() {
  const [goal, setGoal] = useState<Goal | null>(null);
  const hash = useLocation({ select: (location) => location.hash });
  const id = Number(ANCHOR.exec(hash)?.[1] ?? 0);
  useEffect(() => {
    if (id) setGoal({ id, kind: "link" });
  }, [id]);
  return [goal, setGoal] as const;
}

type Way = {
  segments: readonly Segment[];
  pane: RefObject<HTMLElement | null>;
  atEnd: RefObject<boolean>;
  load: (gap: Gap, growth: Growth) => void;
  busy: boolean;
  failed: boolean;
};

/** Goes to a message: loads the part that holds it, scrolls there, and marks what a link names. */
export function useGoal(
  goal: Goal | null,
  { segments, pane, atEnd, load, busy, failed }: Way,
): void {
  const reached = useRef<Goal | null>(null);
  useEffect(() => {
    if (!goal || reached.current === goal) return;
    const element = pane.current?.querySelector(
      goal.kind === "unread" ? "[data-first-unread]" : `#message-${goal.id}`,
    );
    if (element) {
      reached.current = goal;
      atEnd.current = false;
      if (goal.kind === "link") mark(element);
      element.scrollIntoView({ block: "start" });
      return;
    }
    if (busy || failed) return;
    const within = segments.find(
      (one) => one.kind === "gap" && one.gap.after < goal.id && goal.id < one.gap.before,
    );
    if (within?.kind === "gap") load(within.gap, { around: goal.id });
  }, [goal, segments, pane, atEnd, load, busy, failed]);
}

function mark(message: Element) {
  for (const marked of document.querySelectorAll("[data-linked]"))
    marked.removeAttribute("data-linked");
  message.setAttribute("data-linked", "true");
}
