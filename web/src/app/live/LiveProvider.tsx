import { useQueryClient } from "@tanstack/react-query";
import { createContext, type ReactNode, use, useEffect, useState } from "react";
import { useMe } from "@/api/session";
import { inboxCount } from "@/lib/inboxCount";
import { LiveConnection, type LiveState, type PresentPerson } from "@/lib/liveSocket";
import { sessionEnd } from "@/lib/sessionEnd";
import { useFeatures } from "../feature";
import { SignInAgain } from "../shell/SignInAgain";
import { Refresher } from "./refresher";

const LiveContext = createContext<LiveConnection | null>(null);

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
  const features = useFeatures();
  const { live_url: liveUrl, person } = useMe();
  const [connection] = useState(() => new LiveConnection(liveAddress(liveUrl)));
  useEffect(() => {
    const refresher = new Refresher(features, queryClient, person.id);
    const silence = connection.listen({
      onChanges: (changes, gathered) => refresher.add(changes, gathered),
      onResync: () => refresher.resync(),
      onInbox: (unread) => {
        inboxCount.set(unread);
        void queryClient.invalidateQueries({ queryKey: ["notifications", "list"] });
      },
      onTimers: () => void queryClient.invalidateQueries({ queryKey: ["time"] }),
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
  }, [connection, features, queryClient, person.id]);
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
