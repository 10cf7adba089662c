import { queryOptions } from "@tanstack/react-query";
import { client, read } from "@/api/client";
import type { components } from "@/api/generated/schema";
import { PAGE_SIZE, pagesQuery } from "@/api/pages";
import type { TicketRow } from "@/api/types";
import { fieldsAsked } from "@/ui/ticketColumns/ownColumns";
import { contactKeys } from "./keys";
import type { ShownTickets } from "./shownTickets";

type Schemas = components["schemas"];
export type Contact = Schemas["Contact"];
export type ContactDetails = Schemas["ContactDetails"];
export type ContactNote = Schemas["ContactNote"];
export type Organization = Schemas["Organization"];
export type OrganizationDetails = Schemas["OrganizationDetails"];
export type ChangeAbout = Schemas["ChangeAbout"];

/** Whose page it is: a contact's or an organization's. */
export type Subject = { kind: "contact" | "organization"; id: number };

export function contactsQuery(q: string) {
  return pagesQuery<Contact>([...contactKeys.lists, q], (cursor) =>
    read(client.GET("/api/v1/contacts", { params: { query: { q, limit: PAGE_SIZE, cursor } } })),
  );
}

export function organizationsQuery(q: string) {
  return pagesQuery<Organization>([...contactKeys.organizationLists, q], (cursor) =>
    read(
      client.GET("/api/v1/organizations", { params: { query: { q, limit: PAGE_SIZE, cursor } } }),
    ),
  );
}

export function contactQuery(contact_id: number) {
  return queryOptions({
    queryKey: [...contactKeys.pages, contact_id],
    queryFn: () =>
      read(client.GET("/api/v1/contacts/{contact_id}", { params: { path: { contact_id } } })),
  });
}

export function organizationQuery(organization_id: number) {
  return queryOptions({
    queryKey: [...contactKeys.organizationPages, organization_id],
    queryFn: () =>
      read(
        client.GET("/api/v1/organizations/{organization_id}", {
          params: { path: { organization_id } },
        }),
      ),
  });
}

const wanted = {
  all: undefined,
  open: "open:yes",
  done: "open:no",
} satisfies Record<ShownTickets, string | undefined>;

/** The ordinary list of tickets, of one requester or organization, newest first. */
export function ticketsOfQuery(
  { kind, id }: Subject,
  show: ShownTickets,
  columns: readonly string[],
) {
  const whose = kind === "contact" ? { requester_id: id } : { organization_id: id };
  const fields = fieldsAsked(columns);
  return pagesQuery<TicketRow>([...contactKeys.tickets, kind, id, show, fields], (cursor) =>
    read(
      client.GET("/api/v1/tickets", {
        params: {
          query: {
            view: "all",
            sort: "-created_at",
            ...whose,
            ...fields,
            q: wanted[show],
            limit: 20,
            cursor,
          },
        },
      }),
    ),
  );
}

export function notesQuery({ kind, id }: Subject) {
  return pagesQuery<ContactNote>([...contactKeys.notes, kind, id], (cursor) =>
    kind === "contact"
      ? read(
          client.GET("/api/v1/contacts/{contact_id}/notes", {
            params: { path: { contact_id: id }, query: { cursor } },
          }),
        )
      : read(
          client.GET("/api/v1/organizations/{organization_id}/notes", {
            params: { path: { organization_id: id }, query: { cursor } },
          }),
        ),
  );
}

export function changesAboutQuery({ kind, id }: Subject) {
  return queryOptions({
    queryKey: [...contactKeys.changes, kind, id],
    queryFn: async () =>
      (kind === "contact"
        ? await read(
            client.GET("/api/v1/contacts/{contact_id}/changes", {
              params: { path: { contact_id: id } },
            }),
          )
        : await read(
            client.GET("/api/v1/organizations/{organization_id}/changes", {
              params: { path: { organization_id: id } },
            }),
          )
      ).items,
  });
}

/** Who may be the same: a contact with what both have in common, an organization of a similar name. */
export type Likely = { id: number; name: string; tickets: number | null; reasons: LikelyReason[] };
export type LikelyReason = Schemas["LikelyContact"]["reasons"][number];

export function duplicatesQuery({ kind, id }: Subject) {
  return queryOptions({
    queryKey: [...contactKeys.duplicates, kind, id],
    queryFn: async (): Promise<Likely[]> => {
      if (kind === "contact") {
        const path = { contact_id: id };
        const { items } = await read(
          client.GET("/api/v1/contacts/{contact_id}/duplicates", { params: { path } }),
        );
        return items.map(({ contact, reasons }) => ({
          id: contact.id,
          name: contact.name,
          tickets: contact.ticket_count,
          reasons,
        }));
      }
      const path = { organization_id: id };
      const { items } = await read(
        client.GET("/api/v1/organizations/{organization_id}/duplicates", { params: { path } }),
      );
      return items.map((one) => ({ id: one.id, name: one.name, tickets: null, reasons: ["name"] }));
    },
  });
}

/** What a write about contacts or organizations makes old. */
export const stale = [["contacts"], ["organizations"]] as const;
