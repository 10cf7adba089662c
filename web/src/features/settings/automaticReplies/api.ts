import { queryOptions } from "@tanstack/react-query";
import { client, read } from "@/api/client";
import type { components } from "@/api/generated/schema";

type Schemas = components["schemas"];
export type AutomaticReply = Schemas["MailboxReplies"];
export type ReplyTexts = Schemas["ReplyTexts"];
export type ReplyRules = Schemas["ReplyRules"];

export const automaticRepliesKey = ["automatic-replies"] as const;

/** The automatic replies of all mailboxes that have some. */
export const automaticRepliesQuery = queryOptions({
  queryKey: [...automaticRepliesKey, "all"],
  queryFn: async () => (await read(client.GET("/api/v1/automatic-replies"))).items,
});

/** What automatic replies that are being edited would say now, in a language. */
export function replyPreviewQuery(rules: ReplyRules, language: string, at: string | null) {
  return queryOptions({
    queryKey: [...automaticRepliesKey, "preview", rules, language, at],
    queryFn: () =>
      read(client.POST("/api/v1/automatic-replies/preview", { body: { rules, language, at } })),
    retry: false,
  });
}
