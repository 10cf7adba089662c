import { useEffect, useState } from "react";
import type { Ticket } from "@/api/types";

/**
 * The first message that was new when the ticket was opened; null without one. What comes while one
 * looks at it is not, and reading it does not take the line away.
 */
export function useFirstUnread(ticket: Ticket, isFetching: boolean): number | null {
  const [found, setFound] = useState<number | null | undefined>(
    () => ticket.first_unread_id ?? undefined,
  );
  const { first_unread_id } = ticket;
  useEffect(() => {
    if (found !== undefined) return;
    // What was kept from an earlier look says nothing of what came since.
    if (first_unread_id !== null) setFound(first_unread_id);
    else if (!isFetching) setFound(null);
  }, [found, first_unread_id, isFetching]);
  return found ?? null;
}
