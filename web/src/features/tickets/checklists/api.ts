import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { templateKeys } from "@/api/checklistTemplates";
import { client, read, type Written, write } from "@/api/client";
import type { components } from "@/api/generated/schema";
import { PAGE_SIZE, pagesQuery } from "@/api/pages";
import { asProblem } from "@/api/problem";
import { offerUndo } from "@/api/undo";
import { toast } from "@/lib/toast";
import { ticketKeys } from "../api";

type Schemas = components["schemas"];
export type Checklist = Schemas["Checklist"];
export type ChecklistItem = Schemas["ChecklistItem"];
export type ItemChange = Schemas["ChecklistItemChange"];
export type ChecklistTemplate = Schemas["ChecklistTemplate"];
export type TemplateItem = Schemas["TemplateItem"];

const ofTicket = (number: number) => ["checklists", number] as const;

/** The checklists of a ticket with their items, all of them. */
export function checklistsQuery(number: number) {
  return queryOptions({
    queryKey: ofTicket(number),
    queryFn: () =>
      read(client.GET("/api/v1/tickets/{number}/checklists", { params: { path: { number } } })),
  });
}

/** The templates that one sees, by name, page by page. */
export function templatesQuery(q: string) {
  return pagesQuery<ChecklistTemplate>([...templateKeys.all, "list", q], (cursor) =>
    read(
      client.GET("/api/v1/checklist-templates", {
        params: { query: { q, limit: PAGE_SIZE, cursor } },
      }),
    ),
  );
}

export function templateQuery(template_id: number) {
  return queryOptions({
    queryKey: [...templateKeys.all, "one", template_id],
    queryFn: () =>
      read(
        client.GET("/api/v1/checklist-templates/{template_id}", {
          params: { path: { template_id } },
        }),
      ),
  });
}

/** What a change of checklists makes old: they, and the ticket that says how far they are. */
export const staleOf = (number: number) => [
  ofTicket(number),
  ticketKeys.ticket(number),
  ticketKeys.history(number),
  ticketKeys.lists,
];

type ItemPath = { number: number; checklist_id: number; item_id: number };

export const changeItem = (path: ItemPath, body: ItemChange) =>
  write(
    client.PATCH("/api/v1/tickets/{number}/checklists/{checklist_id}/items/{item_id}", {
      params: { path },
      body,
    }),
  );

export const addItem = (path: { number: number; checklist_id: number }, text: string) =>
  write(
    client.POST("/api/v1/tickets/{number}/checklists/{checklist_id}/items", {
      params: { path },
      body: { text, required: false },
    }),
  );

type Step = { run: () => Promise<Written<unknown>>; said: string };

/** Does one thing to a ticket's checklists, and offers to undo it. */
export function useStep(number: number) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: ({ run }: Step) => run(),
    onSuccess: ({ changeId }, { said }) => {
      if (changeId !== null) offerUndo(queryClient, { changeId, message: said });
    },
    onError: (error) => toast.show({ message: asProblem(error).message, tone: "bad" }),
    onSettled: () =>
      Promise.all(staleOf(number).map((queryKey) => queryClient.invalidateQueries({ queryKey }))),
  });
}
