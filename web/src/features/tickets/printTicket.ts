import type { QueryClient } from "@tanstack/react-query";
import type { Ticket } from "@/api/types";
import { loadOlder, ticketKeys } from "./api";

/** A thread of this many parts has some thousand messages; more is left out, and the paper says so. */
const MOST_PARTS = 40;

/** Prints a ticket with its whole thread: the older parts are fetched first. */
export async function printTicket(queryClient: QueryClient, number: number): Promise<void> {
  const held = () => queryClient.getQueryData<Ticket>(ticketKeys.ticket(number));
  try {
    for (let part = 0; part < MOST_PARTS && held()?.thread_cursor; part += 1) {
      await loadOlder(queryClient, held() as Ticket);
    }
  } finally {
    // Also what could be fetched is worth its paper: the button of older messages is printed above it.
    await new Promise((drawn) => setTimeout(drawn));
    window.print();
  }
}
