import { useMutation, useQueryClient } from "@tanstack/react-query";
import { client, read } from "@/api/client";
import { asProblem } from "@/api/problem";
import { toast } from "@/lib/toast";
import { settingsKeys } from "../api";

/** Ends sessions or tokens; says so with the given words, or why not, and lists them anew. */
function useEnding<T>(end: (what: T) => Promise<unknown>, done: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: end,
    onSuccess: () => toast.show({ message: done }),
    onError: (error) => toast.show({ message: asProblem(error).message, tone: "bad" }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: settingsKeys.sessions }),
  });
}

/** Ends one of one's own sessions or tokens. */
export function useEndSession(done: string) {
  return useEnding(
    (session_id: number) =>
      read(client.DELETE("/api/v1/me/sessions/{session_id}", { params: { path: { session_id } } })),
    done,
  );
}

/** Signs out every other browser, and ends one's tokens unless they are kept. */
export function useEndOthers(done: string) {
  return useEnding(
    (keep_tokens: boolean) =>
      read(client.DELETE("/api/v1/me/sessions", { params: { query: { keep_tokens } } })),
    done,
  );
}

/** Ends one session or token of somebody whom one administers, or all with `null`. */
export function useEndSessionsOf(person_id: number, done: string) {
  const endAll = () =>
    read(client.DELETE("/api/v1/people/{person_id}/sessions", { params: { path: { person_id } } }));
  const endOne = (session_id: number) =>
    read(
      client.DELETE("/api/v1/people/{person_id}/sessions/{session_id}", {
        params: { path: { person_id, session_id } },
      }),
    );
  return useEnding<number | null>((id) => (id === null ? endAll() : endOne(id)), done);
}
