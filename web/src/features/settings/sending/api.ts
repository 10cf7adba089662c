import { queryOptions } from "@tanstack/react-query";
import { client, read, write } from "@/api/client";
import type { components } from "@/api/generated/schema";
import { mailboxKeys } from "@/api/mailboxes";

type Schemas = components["schemas"];
export type Sending = Schemas["Sending"];
export type SendingChange = Schemas["SendingChange"];
export type SendingTest = Schemas["SendingTest"];
export type SigningKey = Schemas["SigningKeyItem"];

export const sendingKeys = {
  sending: (mailboxId: number) => mailboxKeys.under(mailboxId, "sending"),
  signingKeys: ["signing-keys"] as const,
};

export function sendingQuery(mailboxId: number) {
  return queryOptions({
    queryKey: sendingKeys.sending(mailboxId),
    queryFn: () =>
      read(
        client.GET("/api/v1/mailboxes/{mailbox_id}/sending", {
          params: { path: { mailbox_id: mailboxId } },
        }),
      ),
  });
}

export const signingKeysQuery = queryOptions({
  queryKey: sendingKeys.signingKeys,
  queryFn: async () => (await read(client.GET("/api/v1/signing-keys"))).items,
});

/** Changes how a mailbox sends; only what is given. */
export function saveSending(mailbox_id: number, body: SendingChange) {
  return write(
    client.PATCH("/api/v1/mailboxes/{mailbox_id}/sending", {
      params: { path: { mailbox_id } },
      body,
    }),
  );
}
