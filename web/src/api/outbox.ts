import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { components } from "@/api/generated/schema";
import { toast } from "@/lib/toast";
import { client, read } from "./client";
import { asProblem } from "./problem";

type Schemas = components["schemas"];
export type Sending = Schemas["Sending"];
export type SendingChange = Schemas["SendingChange"];
export type SendingTest = Schemas["SendingTest"];
export type SigningKey = Schemas["SigningKeyItem"];
export type Layout = Schemas["LayoutItem"];
export type LayoutTexts = Schemas["LayoutTexts"];
export type StoppedAddress = Schemas["StoppedAddress"];

export const outgoingKeys = {
  outbox: ["outbox"] as const,
  stopped: ["outbox", "stopped"] as const,
  sending: (mailboxId: number) => ["mailboxes", mailboxId, "sending"] as const,
  keys: ["signing-keys"] as const,
  layouts: ["mail-layouts"] as const,
};

export const stoppedQuery = queryOptions({
  queryKey: outgoingKeys.stopped,
  queryFn: async () => (await read(client.GET("/api/v1/stopped-addresses"))).items,
});

export function sendingQuery(mailboxId: number) {
  return queryOptions({
    queryKey: outgoingKeys.sending(mailboxId),
    queryFn: () =>
      read(
        client.GET("/api/v1/mailboxes/{mailbox_id}/sending", {
          params: { path: { mailbox_id: mailboxId } },
        }),
      ),
  });
}

export const signingKeysQuery = queryOptions({
  queryKey: outgoingKeys.keys,
  queryFn: async () => (await read(client.GET("/api/v1/signing-keys"))).items,
});

export const layoutsQuery = queryOptions({
  queryKey: outgoingKeys.layouts,
  queryFn: () => read(client.GET("/api/v1/mail-layouts")),
});

/** What a person can do with a mail on its way; tickets and the outbox are fetched again after it. */
export function useMailDoings() {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const shared = {
    onError: (error: Error) => toast.show({ message: asProblem(error).message, tone: "bad" }),
    onSettled: () => {
      void queryClient.invalidateQueries({ queryKey: outgoingKeys.outbox });
      void queryClient.invalidateQueries({ queryKey: ["ticket"] });
    },
  };
  const path = (id: number) => ({ params: { path: { outbox_id: id } } });
  const sendAgain = useMutation({
    mutationFn: (id: number) => read(client.POST("/api/v1/outbox/{outbox_id}/retry", path(id))),
    onSuccess: () => toast.show({ message: t("outgoing.queuedAgain") }),
    ...shared,
  });
  const cancel = useMutation({
    mutationFn: (id: number) => read(client.POST("/api/v1/outbox/{outbox_id}/cancel", path(id))),
    onSuccess: () => toast.show({ message: t("outgoing.cancelled") }),
    ...shared,
  });
  const arrived = useMutation({
    mutationFn: (id: number) => read(client.POST("/api/v1/outbox/{outbox_id}/arrived", path(id))),
    onSuccess: () => toast.show({ message: t("outgoing.noted") }),
    ...shared,
  });
  const retime = useMutation({
    mutationFn: ({ id, version, at }: { id: number; version: number; at: Date | null }) =>
      read(
        client.PATCH("/api/v1/outbox/{outbox_id}", {
          ...path(id),
          body: { send_at: at?.toISOString() ?? null, version },
        }),
      ),
    onSuccess: (_mail, { at }) =>
      toast.show({ message: t(at ? "outgoing.retimed" : "outgoing.leaving") }),
    ...shared,
  });
  const busy = sendAgain.isPending || cancel.isPending || arrived.isPending || retime.isPending;
  return { sendAgain, cancel, arrived, retime, busy };
}
