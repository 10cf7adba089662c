import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useRef } from "react";
import { statusesQuery } from "@/api/directory";
import { ticketQuery } from "./api";

/** Long enough that a pointer passing over rows asks for nothing. */
const INTENT_MS = 90;

/** Fetches a ticket as soon as the pointer rests on its row. */
export function usePrefetchTicket(): (number: number) => void {
  const queryClient = useQueryClient();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  return useCallback(
    (number) => {
      clearTimeout(timer.current);
      timer.current = setTimeout(() => {
        void queryClient.prefetchQuery(ticketQuery(number));
        void queryClient.prefetchQuery(statusesQuery);
      }, INTENT_MS);
    },
    [queryClient],
  );
}
