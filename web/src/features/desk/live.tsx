import { type QueryClient, type QueryKey, useQueryClient } from "@tanstack/react-query";
import { createContext, type ReactNode, use, useEffect, useState } from "react";
import { directoryInvalidations } from "@/features/directory/live";
import { mailInvalidations } from "@/features/mail/live";
import { useMe } from "@/features/session/api";
import { SignInAgain } from "@/features/session/SignInAgain";
import { settingsInvalidations } from "@/features/settings/live";
import { ticketInvalidations } from "@/features/tickets/live";
import { type LiveChange, LiveConnection, type LiveState, type PresentPerson } from "@/lib/live";
import { sessionEnd } from "@/lib/sessionEnd";

const LiveContext = createContext<LiveConnection | null>(null);

/** Several changes of one moment (a bulk edit) cause one round of fetching. */
const GATHER_MS = 120;

/** Everything a change made old, over all features. */
export function invalidationsFor(change: LiveChange): QueryKey[] {
  return [
    ...ticketInvalidations(change),
    ...mailInvalidations(change),
    ...directoryInvalidations(change),
    ...settingsInvalidations(change),
  ];
}

/** Gathers what became old and refetches it in one go. */
export function createRefresher(queryClient: QueryClient) {
  const old = new Map<string, QueryKey>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const flush = () => {
    timer = undefined;
    const keys = [...old.values()];
    old.clear();
    for (const queryKey of keys) void queryClient.invalidateQueries({ queryKey });
  };
  return {
    add(change: LiveChange) {
      for (const key of invalidationsFor(change)) old.set(JSON.stringify(key), key);
      if (old.size > 0) timer ??= setTimeout(flush, GATHER_MS);
    },
    stop: () => clearTimeout(timer),
  };
}

function hasFailed({ state }: { state: { status: string } }): boolean {
  return state.status === "error";
}

function liveAddress(liveUrl: string): string {
  const own = `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}`;
  return liveUrl ? new URL(liveUrl, own).href : `${own}/ws/`;
}

/** Holds the page's socket and keeps the cache true to what others do. */
export function LiveProvider({ children }: { children: ReactNode }) {
  const queryClient = useQueryClient();
  const liveUrl = useMe().live_url;
  const [connection] = useState(() => new LiveConnection(liveAddress(liveUrl)));
  useEffect(() => {
    const refresher = createRefresher(queryClient);
    const silence = connection.listen({
      onChange: (change) => refresher.add(change),
      onResync: () => void queryClient.invalidateQueries(),
      onState: (state) => {
        if (state === "signed-out") sessionEnd.tell();
        if (state === "online") void queryClient.invalidateQueries({ predicate: hasFailed });
      },
    });
    sessionEnd.clear();
    connection.start();
    return () => {
      silence();
      refresher.stop();
      connection.stop();
    };
  }, [connection, queryClient]);
  return (
    <LiveContext value={connection}>
      {children}
      <SignInAgain onSignedIn={connection.reconnectNow} />
    </LiveContext>
  );
}

/** Whether the socket holds. */
export function useLiveState(): { state: LiveState; reconnect: () => void } {
  const connection = use(LiveContext);
  const [state, setState] = useState<LiveState>(connection?.state ?? "connecting");
  useEffect(() => connection?.listen({ onState: setState }), [connection]);
  return { state, reconnect: () => connection?.reconnectNow() };
}

/** Who else is on a ticket; says that this person is, too. */
export function usePresence(ticket: number, typing: boolean): PresentPerson[] {
  const connection = use(LiveContext);
  const [people, setPeople] = useState<PresentPerson[]>([]);
  useEffect(() => {
    if (!connection) return;
    setPeople([]);
    const silence = connection.listen({
      onPresence: (presence) => {
        if (presence.ticket === ticket) setPeople(presence.people);
      },
    });
    return () => {
      silence();
      connection.sayPresence(ticket, "gone");
    };
  }, [connection, ticket]);
  useEffect(() => {
    connection?.sayPresence(ticket, typing ? "typing" : "viewing");
  }, [connection, ticket, typing]);
  return people;
}
