import { type QueryKey, queryOptions } from "@tanstack/react-query";
import { client, read } from "@/api/client";
import type { components } from "@/api/generated/schema";
import { PAGE_SIZE, pagesQuery } from "@/api/pages";

type Schemas = components["schemas"];
export type Contact = Schemas["Contact"];
export type Organization = Schemas["Organization"];
export type Person = Schemas["Person"];
export type Role = Schemas["Role"];
export type Session = Schemas["Session"];

export const settingsKeys = {
  people: ["people"] as const,
  countedTeams: ["teams", "counted"] as const,
  roles: ["roles"] as const,
  contacts: ["contacts"] as const,
  organizations: ["organizations"] as const,
  workspace: ["workspace"] as const,
  sessions: ["sessions"] as const,
  lifecycleRules: ["lifecycle-rules"] as const,
} satisfies Record<string, QueryKey>;

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

/** The teams with how many open tickets each has, which the teams of the directory are not asked for. */
export const countedTeamsQuery = queryOptions({
  queryKey: settingsKeys.countedTeams,
  queryFn: async () => (await read(client.GET("/api/v1/teams"))).items,
});

export const rolesQuery = queryOptions({
  queryKey: settingsKeys.roles,
  queryFn: async () => (await read(client.GET("/api/v1/roles"))).items,
  staleTime: 5 * 60_000,
});

/** When tickets close and reopen: of the workspace, and of teams that have their own rules. */
export const lifecycleRulesQuery = queryOptions({
  queryKey: settingsKeys.lifecycleRules,
  queryFn: () => read(client.GET("/api/v1/lifecycle-rules")),
});

/** How the workspace calls itself. */
export const workspaceQuery = queryOptions({
  queryKey: settingsKeys.workspace,
  queryFn: () => read(client.GET("/api/v1/workspace")),
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
