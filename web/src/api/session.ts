import { queryOptions, useMutation, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { sessionEnd } from "@/lib/sessionEnd";
import { client, read } from "./client";
import type { Me } from "./types";

/** Who is signed in; refused with 401 when nobody is. */
export const meQuery = queryOptions({
  queryKey: ["me"],
  queryFn: () => read(client.GET("/api/v1/me")),
  staleTime: Number.POSITIVE_INFINITY,
});

/** What a stranger sees of the workspace: its name and its logo. */
export const frontQuery = queryOptions({
  queryKey: ["portal", "home"],
  queryFn: () => read(client.GET("/api/v1/portal")),
  staleTime: 5 * 60_000,
});

/** The person signed in; only inside the desk, where the route has made sure of it. */
export function useMe(): Me {
  return useSuspenseQuery(meQuery).data;
}

/** What a new workspace is called until somebody names it. */
const UNNAMED = "main";

/** The name that administrators gave the workspace; null while it has none. */
export function useWorkspaceName(): string | null {
  const { name } = useMe().workspace;
  return name === UNNAMED ? null : name;
}

export function useSignIn() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (body: { email: string; password: string }) =>
      read(client.POST("/api/v1/session", { body })),
    onSuccess: (me) => {
      sessionEnd.clear();
      queryClient.clear();
      queryClient.setQueryData(meQuery.queryKey, me);
    },
  });
}

/** Signs in on a page that stays as it is; another person than before gets a page of their own. */
export function useSignInAgain() {
  const queryClient = useQueryClient();
  const before = useMe().person.id;
  return useMutation({
    mutationFn: (body: { email: string; password: string }) =>
      read(client.POST("/api/v1/session", { body })),
    onSuccess: (me) => {
      if (me.person.id !== before) location.reload();
      queryClient.setQueryData(meQuery.queryKey, me);
      void queryClient.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== "me" });
    },
  });
}

export function useSignOut() {
  return useMutation({
    mutationFn: () => read(client.DELETE("/api/v1/session", {})),
    onMutate: () => sessionEnd.leave(true),
    onError: () => sessionEnd.leave(false),
    // A full load drops every cached ticket with the session that was allowed to see it.
    onSuccess: () => location.assign("/sign-in"),
  });
}
