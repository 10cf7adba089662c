import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { LiveConnection } from "@/lib/live";
import { portalKeys } from "./api";

/** Without a line the request is asked for this often while the page is looked at. */
export const POLL_MS = 20_000;

/** The live service's address for a requester, who may be signed in as staff as well. */
function contactAddress(liveUrl: string): string {
  const address = new URL(liveUrl, location.href);
  address.searchParams.set("audience", "contact");
  return address.href;
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
    const refresh = () => queryClient.invalidateQueries({ queryKey: portalKeys.request(key) });
    const connection = new LiveConnection(contactAddress(liveUrl));
    const silence = connection.listen({
      onChange: (change) => {
        if (change.ticket === number) void refresh();
      },
      onResync: () => void refresh(),
      onState: (state) => setOnline(state === "online"),
    });
    connection.start();
    return () => {
      silence();
      connection.stop();
      setOnline(false);
    };
  }, [key, liveUrl, number, queryClient]);
  return online;
}
