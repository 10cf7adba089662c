import { useLocation } from "@tanstack/react-router";
import { type RefObject, useEffect, useRef } from "react";
import type { Ticket } from "@/api/types";

const ANCHOR = /^message-(\d+)$/;
/** Fifty messages each; a link far back in a longer thread opens it at its oldest loaded message. */
const MOST_LOADS = 40;

type Loader = { isPending: boolean; isError: boolean; mutate: () => void };

/** Shows the message that the address names: loads the thread back to it, scrolls there and marks it. */
export function useLinkedMessage(ticket: Ticket, atEnd: RefObject<boolean>, older: Loader): void {
  const hash = useLocation({ select: (location) => location.hash });
  const id = Number(ANCHOR.exec(hash)?.[1] ?? 0);
  const shown = useRef(0);
  const loads = useRef(0);
  const { thread, thread_cursor } = ticket;
  useEffect(() => {
    if (!id || shown.current === id) return;
    const message = document.getElementById(`message-${id}`);
    if (message) {
      shown.current = id;
      atEnd.current = false;
      for (const marked of document.querySelectorAll("[data-linked]"))
        marked.removeAttribute("data-linked");
      message.setAttribute("data-linked", "true");
      message.scrollIntoView({ block: "start" });
      return;
    }
    const oldest = thread.find((entry) => entry.type === "message");
    const isBefore = oldest === undefined || id < oldest.id;
    if (!thread_cursor || !isBefore || older.isPending || older.isError) return;
    if (loads.current >= MOST_LOADS) return;
    loads.current += 1;
    older.mutate();
  }, [id, thread, thread_cursor, atEnd, older]);
}
