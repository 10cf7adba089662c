import { useMutation, useQueryClient } from "@tanstack/react-query";
import { client, read } from "@/api/client";
import { asProblem } from "@/api/problem";
import { toast } from "@/lib/toast";
import { settingsKeys } from "../api";

/** Ends one of one's own sessions or tokens; says so with the given words. */
export function useEndSession(done: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (session_id: number) =>
      read(client.DELETE("/api/v1/me/sessions/{session_id}", { params: { path: { session_id } } })),
    onSuccess: () => toast.show({ message: done }),
    onError: (error) => toast.show({ message: asProblem(error).message, tone: "bad" }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: settingsKeys.sessions }),
  });
}
