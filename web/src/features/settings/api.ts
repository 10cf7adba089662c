import {
  infiniteQueryOptions,
  type QueryKey,
  queryOptions,
  useInfiniteQuery,
} from "@tanstack/react-query";
import { client, read } from "@/api/client";
import type { components } from "@/api/generated/schema";

type Schemas = components["schemas"];
export type Change = Schemas["Change"];
export type Contact = Schemas["Contact"];
export type Mailbox = Schemas["Mailbox"];
export type Organization = Schemas["Organization"];
export type Person = Schemas["Person"];
export type Role = Schemas["Role"];
export type Session = Schemas["Session"];

const PAGE_SIZE = 50;

export const settingsKeys = {
  people: ["people"] as const,
  mailboxes: ["mailboxes"] as const,
  roles: ["roles"] as const,
  contacts: ["contacts"] as const,
  organizations: ["organizations"] as const,
  changes: ["changes"] as const,
  workspace: ["workspace"] as const,
  sessions: ["sessions"] as const,
} satisfies Record<string, QueryKey>;

type Page<T> = { items: T[]; next_cursor: string | null };

/** A list that comes in pages; `load` reads the page behind a cursor. */
function pagesQuery<T>(queryKey: QueryKey, load: (cursor?: string) => Promise<Page<T>>) {
  return infiniteQueryOptions({
    queryKey,
    queryFn: ({ pageParam }) => load(pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
}

/** The pages read so far as one list. */
export function usePages<T>(options: ReturnType<typeof pagesQuery<T>>) {
  const query = useInfiniteQuery(options);
  return { ...query, data: query.data?.pages.flatMap((page) => page.items) };
}

/** The staff, whether active or not, whose name or address holds the words. */
export function peopleQuery(q: string) {
  return pagesQuery<Person>([...settingsKeys.people, "list", q], (cursor) =>
    read(
      client.GET("/api/v1/people", {
        params: { query: { kind: "staff", q, limit: PAGE_SIZE, cursor } },
      }),
    ),
  );
}

export function contactPagesQuery(q: string) {
  return pagesQuery<Contact>([...settingsKeys.contacts, "list", q], (cursor) =>
    read(client.GET("/api/v1/contacts", { params: { query: { q, limit: PAGE_SIZE, cursor } } })),
  );
}

export function organizationsQuery(q: string) {
  return pagesQuery<Organization>([...settingsKeys.organizations, "list", q], (cursor) =>
    read(
      client.GET("/api/v1/organizations", { params: { query: { q, limit: PAGE_SIZE, cursor } } }),
    ),
  );
}

/** Every change that the person signed in may see, newest first. */
export const changesQuery = pagesQuery<Change>(settingsKeys.changes, (cursor) =>
  read(client.GET("/api/v1/changes", { params: { query: { limit: PAGE_SIZE, cursor } } })),
);

export const rolesQuery = queryOptions({
  queryKey: settingsKeys.roles,
  queryFn: async () => (await read(client.GET("/api/v1/roles"))).items,
  staleTime: 5 * 60_000,
});

/** How the workspace calls itself. */
export const workspaceQuery = queryOptions({
  queryKey: settingsKeys.workspace,
  queryFn: () => read(client.GET("/api/v1/workspace")),
});

export const mailboxesQuery = queryOptions({
  queryKey: settingsKeys.mailboxes,
  queryFn: async () => (await read(client.GET("/api/v1/mailboxes"))).items,
});

/** Every way in that the person signed in has open: browsers and tokens. */
export const sessionsQuery = queryOptions({
  queryKey: settingsKeys.sessions,
  queryFn: async () => (await read(client.GET("/api/v1/me/sessions"))).items,
});

/** The sessions and tokens of somebody whom one administers. */
export function sessionsOfQuery(personId: number) {
  return queryOptions({
    queryKey: [...settingsKeys.sessions, personId],
    queryFn: async () => {
      const path = { person_id: personId };
      return (await read(client.GET("/api/v1/people/{person_id}/sessions", { params: { path } })))
        .items;
    },
  });
}
