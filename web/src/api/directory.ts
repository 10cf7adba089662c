import { queryOptions, useQuery } from "@tanstack/react-query";
import { useMayRead } from "./access";
import { client, read } from "./client";

const LONG_MS = 5 * 60_000;

/** What tickets are described with; it changes seldom and is asked for once. */
export const directoryKeys = {
  teams: ["teams"] as const,
  staff: ["people", "staff"] as const,
  statuses: ["statuses"] as const,
  resolutions: ["resolutions"] as const,
  tags: ["tags"] as const,
  contact: (id: number) => ["contacts", "one", id] as const,
  contacts: (q: string) => ["contacts", "search", q] as const,
};

export const teamsQuery = queryOptions({
  queryKey: directoryKeys.teams,
  queryFn: async () => (await read(client.GET("/api/v1/teams"))).items,
  staleTime: LONG_MS,
});

export const staffQuery = queryOptions({
  queryKey: directoryKeys.staff,
  queryFn: async () => {
    const page = await read(
      client.GET("/api/v1/people", { params: { query: { kind: "staff", limit: 200 } } }),
    );
    return page.items.filter((person) => person.active);
  },
  staleTime: LONG_MS,
});

export const statusesQuery = queryOptions({
  queryKey: directoryKeys.statuses,
  queryFn: async () => (await read(client.GET("/api/v1/statuses"))).items,
  staleTime: LONG_MS,
});

/** Why tickets are resolved; those out of use among them. */
export const resolutionsQuery = queryOptions({
  queryKey: directoryKeys.resolutions,
  queryFn: async () => (await read(client.GET("/api/v1/resolutions"))).items,
  staleTime: LONG_MS,
});

export const tagsQuery = queryOptions({
  queryKey: directoryKeys.tags,
  queryFn: async () => (await read(client.GET("/api/v1/tags"))).items,
  staleTime: LONG_MS,
});

/** Contacts whose name or address holds the words. */
export function contactsQuery(q: string) {
  return queryOptions({
    queryKey: directoryKeys.contacts(q),
    queryFn: async () =>
      (await read(client.GET("/api/v1/contacts", { params: { query: { q, limit: 20 } } }))).items,
  });
}

export function contactQuery(id: number) {
  return queryOptions({
    queryKey: directoryKeys.contact(id),
    queryFn: () =>
      read(client.GET("/api/v1/contacts/{contact_id}", { params: { path: { contact_id: id } } })),
    staleTime: LONG_MS,
  });
}

/** Without the permission to read a list, or before it is wanted, it is empty, and not asked for. */
export const useTeams = (wanted = true) =>
  useQuery({ ...teamsQuery, enabled: useMayRead()("staff") && wanted }).data ?? [];
export const useStaff = (wanted = true) =>
  useQuery({ ...staffQuery, enabled: useMayRead()("staff") && wanted }).data ?? [];
export const useStatuses = (wanted = true) =>
  useQuery({ ...statusesQuery, enabled: useMayRead()("tickets") && wanted }).data ?? [];
export const useResolutions = () =>
  useQuery({ ...resolutionsQuery, enabled: useMayRead()("tickets") }).data ?? [];
export const useTags = () =>
  useQuery({ ...tagsQuery, enabled: useMayRead()("tickets") }).data ?? [];

/** Whether the lists that pickers offer are still to come. */
export function useDirectoryAwaited(): boolean {
  const mayRead = useMayRead();
  const [staff, tickets] = [mayRead("staff"), mayRead("tickets")];
  const lists = [
    useQuery({ ...teamsQuery, enabled: staff }),
    useQuery({ ...staffQuery, enabled: staff }),
    useQuery({ ...statusesQuery, enabled: tickets }),
    useQuery({ ...tagsQuery, enabled: tickets }),
  ];
  return lists.some((list) => list.isLoading);
}
