import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { toast } from "@/lib/toast";
import { client, read, write } from "./client";
import type { components } from "./generated/schema";
import { asProblem } from "./problem";
import { useMe } from "./session";
import { useUndo } from "./undo";

export type StoppedAddress = components["schemas"]["StoppedAddress"];

const outboxKeys = {
  all: ["outbox"] as const,
  stopped: ["outbox", "stopped"] as const,
};

export const stoppedQuery = queryOptions({
  queryKey: outboxKeys.stopped,
  queryFn: async () => (await read(client.GET("/api/v1/stopped-addresses"))).items,
});

/** What a person can do with an outgoing mail; tickets and the outbox are fetched again after it. */
export function useOutboxActions() {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const shared = {
    onError: (error: Error) => toast.show({ message: asProblem(error).message, tone: "bad" }),
    onSettled: () => {
      void queryClient.invalidateQueries({ queryKey: outboxKeys.all });
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

const LIFT = "contact:edit";

/** Lets mail to an address leave again. */
export function useLiftStop() {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const { offer } = useUndo();
  const [busy, setBusy] = useState(false);
  const lift = async (stopped: StoppedAddress) => {
    setBusy(true);
    try {
      const { changeId } = await write(
        client.POST("/api/v1/stopped-addresses/{standing_id}/lift", {
          params: { path: { standing_id: stopped.id } },
        }),
      );
      const message = t("outgoing.lifted", { email: stopped.email });
      if (changeId !== null) offer({ changeId, message });
    } catch (error) {
      toast.show({ message: asProblem(error).message, tone: "bad" });
    } finally {
      setBusy(false);
      void queryClient.invalidateQueries({ queryKey: outboxKeys.all });
      void queryClient.invalidateQueries({ queryKey: ["ticket"] });
    }
  };
  const may = useMe().permissions.includes(LIFT);
  return { lift, busy, may };
}
