import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useKeys } from "@/lib/keyboard";
import { type NotifiedTicket, useMark } from "./api";

/** `j` and `k` move, `enter` opens, `e` reads and `u` is read or unread. Returns the number of the current ticket. */
export function useInboxKeys(tickets: readonly NotifiedTicket[]): number | null {
  const navigate = useNavigate();
  const mark = useMark();
  const [current, setCurrent] = useState<number | null>(null);
  const at = tickets.findIndex((ticket) => ticket.number === current);
  const ticket = tickets[at];
  const step = (by: 1 | -1) => {
    const next = tickets[Math.max(0, Math.min(at + by, tickets.length - 1))];
    if (next) setCurrent(next.number);
  };
  const set = (read: boolean) => {
    if (ticket) mark.mutate({ marks: { tickets: [ticket.number] }, read });
  };
  useKeys({
    j: () => step(1),
    k: () => step(-1),
    Enter: () => {
      if (ticket)
        void navigate({
          to: "/desk/tickets/$number",
          params: { number: ticket.number },
          search: {},
        });
    },
    e: () => set(true),
    u: () => set(ticket ? ticket.unread > 0 : true),
  });
  return ticket ? ticket.number : null;
}
