import { type QueryClient, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { client, read } from "@/api/client";
import type { components } from "@/api/generated/schema";
import { PAGE_SIZE, pagesQuery } from "@/api/pages";
import { asProblem } from "@/api/problem";
import { useUndo } from "@/api/undo";
import { toast } from "@/lib/toast";
import { ticketKeys } from "../api";

export type Conversation = components["schemas"]["Conversation"];
type Sent = components["schemas"]["ConversationSent"];
type Mail = components["schemas"]["ConversationMessage"];
export type Forward = components["schemas"]["ForwardInput"];
export type NewConversation = components["schemas"]["NewConversation"];

export const conversationKeys = {
  of: (number: number) => ["conversations", number] as const,
};

/** A ticket's conversations with others, the newest first. */
export function conversationsQuery(number: number) {
  return pagesQuery<Conversation>([...conversationKeys.of(number), "list"], (cursor) =>
    read(
      client.GET("/api/v1/tickets/{number}/conversations", {
        params: { path: { number }, query: { limit: PAGE_SIZE, cursor } },
      }),
    ),
  );
}

/** A conversation with its newest messages, or those before one. */
export function conversationQuery(number: number, conversation_id: number, before?: number) {
  return queryOptions({
    queryKey: [...conversationKeys.of(number), conversation_id, before ?? null] as const,
    queryFn: () =>
      read(
        client.GET("/api/v1/tickets/{number}/conversations/{conversation_id}", {
          params: { path: { number, conversation_id }, query: { before } },
        }),
      ),
  });
}

function renewConversations(queryClient: QueryClient, number: number): void {
  void queryClient.invalidateQueries({ queryKey: conversationKeys.of(number) });
  void queryClient.invalidateQueries({ queryKey: ticketKeys.ticket(number) });
}

/** What sends a mail to others: it can be taken back while it waits, and a refusal is told. */
function useOutsideMail<Body>(
  number: number,
  said: string,
  send: (body: Body) => Promise<Sent>,
  onDone: () => void,
) {
  const queryClient = useQueryClient();
  const { offer } = useUndo();
  return useMutation({
    mutationFn: send,
    onSuccess: ({ change_id, undo_seconds }) => {
      onDone();
      if (change_id !== null && undo_seconds > 0)
        offer({ changeId: change_id, message: said, durationMs: undo_seconds * 1000 });
      else toast.show({ message: said });
    },
    onError: (error) => toast.show({ message: asProblem(error).message, tone: "bad" }),
    onSettled: () => renewConversations(queryClient, number),
  });
}

export function useForward(number: number, said: string, onDone: () => void) {
  return useOutsideMail(
    number,
    said,
    (body: Forward) =>
      read(client.POST("/api/v1/tickets/{number}/forward", { params: { path: { number } }, body })),
    onDone,
  );
}

export function useStartConversation(number: number, said: string, onDone: () => void) {
  return useOutsideMail(
    number,
    said,
    (body: NewConversation) =>
      read(
        client.POST("/api/v1/tickets/{number}/conversations", {
          params: { path: { number } },
          body,
        }),
      ),
    onDone,
  );
}

export function useAnswerConversation(
  number: number,
  conversation_id: number,
  said: string,
  onDone: () => void,
) {
  return useOutsideMail(
    number,
    said,
    (body: Mail) =>
      read(
        client.POST("/api/v1/tickets/{number}/conversations/{conversation_id}/messages", {
          params: { path: { number, conversation_id } },
          body,
        }),
      ),
    onDone,
  );
}

export function useCloseConversation(number: number, conversation_id: number) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (closed: boolean) =>
      read(
        client.PATCH("/api/v1/tickets/{number}/conversations/{conversation_id}", {
          params: { path: { number, conversation_id } },
          body: { closed },
        }),
      ),
    onError: (error) => toast.show({ message: asProblem(error).message, tone: "bad" }),
    onSettled: () => renewConversations(queryClient, number),
  });
}

export async function markConversationRead(number: number, conversation_id: number) {
  await client.POST("/api/v1/tickets/{number}/conversations/{conversation_id}/read", {
    params: { path: { number, conversation_id } },
  });
}
