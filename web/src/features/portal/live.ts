import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import policy from "@/lib/livePolicy.json";
import { LiveConnection } from "@/lib/liveSocket";
import { RefetchQueue } from "@/lib/refetchQueue";
import { portalKeys } from "./api";

/** Without a line the request is asked for this often while the page is looked at. */
export const POLL_MS = 20_000;

/** The live service's address for a requester, who may be signed in as staff as well. */
function contactAddress(liveUrl: string): string {
  const address = new URL(liveUrl, location.href);
  address.searchParams.set("audience", "contact");
  return address.href;
}

/** Fetches the request at the desk's rate for an open ticket; a fetch that runs is left to end. */
function requestQueue(queryClient: QueryClient, key: string): RefetchQueue {
  const queryKey = portalKeys.request(key);
  return new RefetchQueue({
    everyMs: policy.ticketEveryMs,
    spreadMs: policy.ticketSpreadMs,
    oneByOne: false,
    run: () => {
      if (queryClient.isFetching({ queryKey }) > 0) return null;
      void queryClient.invalidateQueries({ queryKey });
      return 1;
    },
  });
}

/**
 * Keeps one request true to what the staff does; tells whether the line holds.
 * Nothing is opened until the number is known, for only then is there a session.
 */
export function useRequestLive(
  key: string,
  liveUrl: string | undefined,
  number: number | undefined,
): boolean {
  const queryClient = useQueryClient();
  const [online, setOnline] = useState(false);
  useEffect(() => {
    if (!liveUrl || number === undefined) return;
    const queue = requestQueue(queryClient, key);
    const connection = new LiveConnection(contactAddress(liveUrl));
    const silence = connection.listen({
      onChange: (change) => {
        if (change.ticket === number) queue.mark(key);
      },
      onResync: () => queue.mark(key),
      onState: (state) => setOnline(state === "online"),
    });
    connection.start();
    const seen = () => {
      if (!document.hidden) queue.seen();
    };
    document.addEventListener("visibilitychange", seen);
    return () => {
      document.removeEventListener("visibilitychange", seen);
      queue.stop();
      silence();
      connection.stop();
      setOnline(false);
    };
  }, [key, liveUrl, number, queryClient]);
  return online;
}
