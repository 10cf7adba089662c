import type { QueryClient } from "@tanstack/react-query";
import type { Ticket } from "@/api/types";
import { ticketKeys } from "./api";
import { heldSegments, loadPart, MOST_OF_A_PART } from "./thread/parts";

/** Parts of two hundred messages; what is more is left out, and the paper says so. */
const MOST_PARTS = 20;

const nextTask = () => new Promise((next) => setTimeout(next));

/** Prints a ticket with its whole thread: what is not loaded is fetched first, the newest before all. */
export async function printTicket(queryClient: QueryClient, number: number): Promise<void> {
  const held = () => queryClient.getQueryData<Ticket>(ticketKeys.ticket(number));
  try {
    for (let part = 0; part < MOST_PARTS; part += 1) {
      const ticket = held();
      const gap = ticket && heldSegments(queryClient, ticket).findLast((one) => one.kind === "gap");
      if (gap?.kind !== "gap") break;
      await loadPart(queryClient, number, gap.gap, "end", MOST_OF_A_PART);
    }
  } finally {
    // Also what could be fetched is worth its paper: how many are left out is printed above it.
    // The cache tells the page in one task, and the page draws in another.
    await nextTask();
    await nextTask();
    window.print();
  }
}
