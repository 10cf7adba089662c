import "@/app/pageTexts";
import {
  type QueryClient,
  queryOptions,
  useMutation,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { client, read, write } from "@/api/client";
import { asProblem } from "@/api/problem";
import { searchQuery } from "@/api/search";
import type { Ticket } from "@/api/types";
import { useUndo } from "@/api/undo";
import { toast } from "@/lib/toast";
import { requesterTicketsQuery, ticketKeys } from "./api";

const OFFERED = 12;

/** A ticket that another may be merged into. */
export type Target = { number: number; subject: string };

/** The tickets that words or a number find; without any those of the same requester. */
export function useTargets(ticket: Ticket) {
  const [words, setWords] = useState("");
  const asked = words.trim();
  const found = useQuery(searchQuery({ q: asked, kinds: ["tickets"], limit: OFFERED }));
  const own = useQuery({ ...requesterTicketsQuery(ticket.requester.id), enabled: asked === "" });
  const targets: Target[] = (asked ? found.data?.tickets?.items : own.data?.items) ?? [];
  return {
    targets: targets.filter((one) => one.number !== ticket.number).slice(0, OFFERED),
    searching: asked ? found.isFetching : own.isLoading,
    setWords,
  };
}

/** Merges the ticket into another and goes there, with an undo. */
export function useMerge(number: number) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const { offer } = useUndo();
  return useMutation({
    mutationFn: ({ into, joins }: { into: number; joins: boolean }) =>
      write(
        client.POST("/api/v1/tickets/{number}/merge", {
          params: { path: { number } },
          body: { into, join_people: joins },
        }),
      ),
    onSuccess: ({ changeId }, { into }) => {
      void navigate({ to: "/desk/tickets/$number", params: { number: into }, search: {} });
      if (changeId !== null)
        offer({
          changeId,
          message: t("merge.done", { number: String(number), into: String(into) }),
        });
    },
    onError: (error) => toast.show({ message: asProblem(error).message, tone: "bad" }),
    onSettled: () => renew(queryClient),
  });
}

/** Where a merged ticket goes on, and what has come there since. */
export function mergeQuery(number: number) {
  return queryOptions({
    queryKey: [...ticketKeys.ticket(number), "merge"] as const,
    queryFn: () =>
      read(client.GET("/api/v1/tickets/{number}/merge", { params: { path: { number } } })),
  });
}

/** Lets a merged ticket stand by itself again, with an undo. */
export function useSeparate(number: number) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const { offer } = useUndo();
  return useMutation({
    mutationFn: (message_ids: number[]) =>
      write(
        client.POST("/api/v1/tickets/{number}/separate", {
          params: { path: { number } },
          body: { message_ids },
        }),
      ),
    onSuccess: ({ changeId }) => {
      if (changeId !== null)
        offer({ changeId, message: t("merge.separated", { number: String(number) }) });
    },
    onError: (error) => toast.show({ message: asProblem(error).message, tone: "bad" }),
    onSettled: () => renew(queryClient),
  });
}

/** Fetches anew what a change of two tickets made old: both, and what lists and counts hold of them. */
export function renew(queryClient: QueryClient): void {
  for (const queryKey of [["ticket"], ["ticket-history"], ticketKeys.lists, ticketKeys.counts])
    void queryClient.invalidateQueries({ queryKey });
}
