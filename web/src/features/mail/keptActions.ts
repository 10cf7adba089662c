import "@/app/pageTexts";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { client, read, type Written, write } from "@/api/client";
import { asProblem } from "@/api/problem";
import type { BlockScope, IncomingMail } from "@/api/types";
import { useUndo } from "@/api/undo";
import { toast } from "@/lib/toast";

const at = (id: number) => ({ params: { path: { mail_id: id } } });

/** What people do with a kept mail. All but a release can be taken back. */
export function useKeptActions(onDone?: () => void) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const { offer } = useUndo();
  const options = {
    onError: (error: Error) => toast.show({ message: asProblem(error).message, tone: "bad" }),
    onSettled: () => void queryClient.invalidateQueries({ queryKey: ["mails"] }),
  } as const;
  const told = (message: string) => (written: Written<IncomingMail>) => {
    if (written.changeId === null) toast.show({ message });
    else offer({ changeId: written.changeId, message });
    onDone?.();
  };
  const release = useMutation({
    ...options,
    mutationFn: (id: number) => read(client.POST("/api/v1/mails/{mail_id}/release", at(id))),
    onSuccess: () => {
      toast.show({ message: t("mail.released") });
      onDone?.();
    },
  });
  const remove = useMutation({
    ...options,
    mutationFn: (id: number) => write(client.POST("/api/v1/mails/{mail_id}/delete", at(id))),
    onSuccess: told(t("mail.deleted")),
  });
  const block = useMutation({
    ...options,
    mutationFn: ({ id, scope }: { id: number; scope: BlockScope }) =>
      write(client.POST("/api/v1/mails/{mail_id}/block", { ...at(id), body: { scope } })),
    onSuccess: told(t("mail.blocked")),
  });
  return { release, remove, block };
}

/** Reading a filed mail again: what differs, and writing it. */
export function useReparse(id: number) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const { offer } = useUndo();
  const onError = (error: Error) => toast.show({ message: asProblem(error).message, tone: "bad" });
  const send = (apply: boolean) =>
    write(client.POST("/api/v1/mails/{mail_id}/reparse", { ...at(id), body: { apply } }));
  const compare = useMutation({ mutationFn: () => send(false), onError });
  const apply = useMutation({
    mutationFn: () => send(true),
    onError,
    onSuccess: ({ changeId }) => {
      compare.reset();
      if (changeId !== null) offer({ changeId, message: t("mail.reparsed") });
      void queryClient.invalidateQueries();
    },
  });
  return { compare, apply };
}
