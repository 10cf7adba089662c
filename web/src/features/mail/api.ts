import "@/app/pageTexts";
import {
  infiniteQueryOptions,
  queryOptions,
  useMutation,
  useQueryClient,
} from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { client, read } from "@/api/client";
import { asProblem } from "@/api/problem";
import type { IncomingState, MailState } from "@/api/types";
import { toast } from "@/lib/toast";

const PAGE_SIZE = 50;
const firstPage = undefined as string | undefined;
const nextPage = (page: { next_cursor?: string | null }) => page.next_cursor ?? undefined;

/** Mails on their way out, newest first; `state` narrows. */
export function outboxQuery(state?: MailState) {
  return infiniteQueryOptions({
    queryKey: ["outbox", "list", state ?? "all"] as const,
    queryFn: ({ pageParam }) =>
      read(
        client.GET("/api/v1/outbox", {
          params: { query: { state, limit: PAGE_SIZE, cursor: pageParam } },
        }),
      ),
    initialPageParam: firstPage,
    getNextPageParam: nextPage,
  });
}

export function outboxMailQuery(id: number) {
  return queryOptions({
    queryKey: ["outbox", "one", id] as const,
    queryFn: () =>
      read(client.GET("/api/v1/outbox/{outbox_id}", { params: { path: { outbox_id: id } } })),
  });
}

/** Mails as they came in, kept whether they became a message or not. */
export function incomingQuery(state?: IncomingState) {
  return infiniteQueryOptions({
    queryKey: ["mails", "list", state ?? "all"] as const,
    queryFn: ({ pageParam }) =>
      read(
        client.GET("/api/v1/mails", {
          params: { query: { state, limit: PAGE_SIZE, cursor: pageParam } },
        }),
      ),
    initialPageParam: firstPage,
    getNextPageParam: nextPage,
  });
}

/** One received mail as the parser reads it now, with what is known of it. */
export function keptMailQuery(id: number) {
  return queryOptions({
    queryKey: ["mails", "one", id] as const,
    queryFn: () =>
      read(client.GET("/api/v1/mails/{mail_id}", { params: { path: { mail_id: id } } })),
  });
}

/** What became of the mail of the last days, by mailbox and day. */
export function balanceQuery(days: number) {
  return queryOptions({
    queryKey: ["mails", "balance", days] as const,
    queryFn: () => read(client.GET("/api/v1/mail/balance", { params: { query: { days } } })),
  });
}

/** Senders and domains whose mail is refused. */
export const blocksQuery = queryOptions({
  queryKey: ["mails", "blocks"] as const,
  queryFn: async () => (await read(client.GET("/api/v1/mail/blocks"))).items,
});

/** What the workspace wants done with received mail. */
export const mailRulesQuery = queryOptions({
  queryKey: ["mails", "rules"] as const,
  queryFn: () => read(client.GET("/api/v1/mail/rules")),
});

/** Reading a mail that came in once more. */
export function useMailActions() {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const settled = () => {
    void queryClient.invalidateQueries({ queryKey: ["outbox"] });
    void queryClient.invalidateQueries({ queryKey: ["mails"] });
  };
  const onError = (error: Error) => toast.show({ message: asProblem(error).message, tone: "bad" });
  const retryIncoming = useMutation({
    mutationFn: (id: number) =>
      read(client.POST("/api/v1/mails/{mail_id}/retry", { params: { path: { mail_id: id } } })),
    onSuccess: () => toast.show({ message: t("mail.retriedIncoming") }),
    onError,
    onSettled: settled,
  });
  return { retryIncoming };
}
