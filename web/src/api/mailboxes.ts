import { queryOptions } from "@tanstack/react-query";
import { client, read } from "./client";
import type { components } from "./generated/schema";

export type Mailbox = components["schemas"]["Mailbox"];

const RECEIVING_EVERY_MS = 5000;

/** Everything about one mailbox lies under the mailboxes, so a change of one makes all of it old. */
export const mailboxKeys = {
  all: ["mailboxes"] as const,
  under: (id: number, what: string) => ["mailboxes", id, what] as const,
  receiving: (id: number) => mailboxKeys.under(id, "receiving"),
};

export const mailboxesQuery = queryOptions({
  queryKey: mailboxKeys.all,
  queryFn: async () => (await read(client.GET("/api/v1/mailboxes"))).items,
});

/** Where a mailbox's mail is fetched from, and how that goes. */
export const receivingQuery = (id: number) =>
  queryOptions({
    queryKey: mailboxKeys.receiving(id),
    queryFn: () =>
      read(
        client.GET("/api/v1/mailboxes/{mailbox_id}/receiving", {
          params: { path: { mailbox_id: id } },
        }),
      ),
    refetchInterval: RECEIVING_EVERY_MS,
  });

/** Whether mail can come in and go out. */
export const mailStatusQuery = queryOptions({
  queryKey: ["mails", "status"] as const,
  queryFn: () => read(client.GET("/api/v1/mail/status")),
});
