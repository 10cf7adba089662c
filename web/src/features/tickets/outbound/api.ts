import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { client, read } from "@/api/client";
import type { FieldValues } from "@/api/customFields";
import type { components } from "@/api/generated/schema";
import type { Priority } from "@/api/types";
import { sentValue } from "@/ui/customFields/valueText";
import { readAddresses } from "../recipients";

type Schemas = components["schemas"];
export type OutboundRequest = Schemas["OutboundRequest"];
export type OutboundPreview = Schemas["OutboundPreview"];

/** The server takes so many people at once. */
export const MOST_PEOPLE = 500;

/** What the form holds; empty stands for what the server takes by itself. */
export type Outbound = {
  people: string;
  subject: string;
  text: string;
  mailbox: string;
  team: string;
  assignee: string;
  priority: Priority;
  tags: string;
  fields: FieldValues;
};

export const nothingWritten: Outbound = {
  people: "",
  subject: "",
  text: "",
  mailbox: "",
  team: "",
  assignee: "",
  priority: "normal",
  tags: "",
  fields: {},
};

/** The request that the form stands for. */
export function requestOf(form: Outbound): OutboundRequest {
  const chosen = (id: string) => (id === "" ? null : Number(id));
  return {
    people: readAddresses(form.people),
    subject: form.subject.trim(),
    text: form.text.trim(),
    mailbox_id: chosen(form.mailbox),
    team_id: chosen(form.team),
    assignee_id: chosen(form.assignee),
    priority: form.priority,
    type: "question",
    tags: form.tags
      .split(",")
      .map((tag) => tag.trim())
      .filter(Boolean),
    fields: Object.fromEntries(
      Object.entries(form.fields).map(([key, value]) => [key, sentValue(value)]),
    ),
  };
}

/** Who would get a ticket and who would not, and what the first few would read. */
export function previewQuery(request: OutboundRequest, enabled: boolean) {
  return queryOptions({
    queryKey: ["bulk", "outbound", request] as const,
    queryFn: ({ signal }) =>
      read(client.POST("/api/v1/bulk/outbound/preview", { body: request, signal })),
    enabled,
    retry: false,
  });
}

export function useBeginOutbound() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (request: OutboundRequest) =>
      read(client.POST("/api/v1/bulk/outbound", { body: request })),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ["bulk"] }),
  });
}
