import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { toast } from "@/lib/toast";
import { client, read, type Written, write } from "./client";
import type { components } from "./generated/schema";
import { PAGE_SIZE, pagesQuery } from "./pages";
import { asProblem } from "./problem";
import { offerUndo } from "./undo";

export type Reminder = components["schemas"]["Reminder"];
type ReminderChange = components["schemas"]["ReminderChange"];
type NewReminder = components["schemas"]["NewReminder"];

export const remindersKey = ["reminders"] as const;

/** The reader's open reminders, the earliest first, or those that are done. */
export function remindersQuery(done: boolean) {
  return pagesQuery<Reminder>([...remindersKey, "list", done], (cursor) =>
    read(
      client.GET("/api/v1/reminders", { params: { query: { done, limit: PAGE_SIZE, cursor } } }),
    ),
  );
}

/** The open reminders of one ticket: the reader's, and those that they made for colleagues. */
export function ticketRemindersQuery(ticket: number) {
  return queryOptions({
    queryKey: [...remindersKey, "ticket", ticket],
    queryFn: async () =>
      (
        await read(
          client.GET("/api/v1/reminders", { params: { query: { ticket, limit: PAGE_SIZE } } }),
        )
      ).items,
  });
}

export const addReminder = (number: number, body: NewReminder) =>
  write(client.POST("/api/v1/tickets/{number}/reminders", { params: { path: { number } }, body }));

export const changeReminder = (reminder_id: number, body: ReminderChange) =>
  write(
    client.PATCH("/api/v1/reminders/{reminder_id}", { params: { path: { reminder_id } }, body }),
  );

export const removeReminder = (reminder_id: number) =>
  write(client.DELETE("/api/v1/reminders/{reminder_id}", { params: { path: { reminder_id } } }));

type Step = { run: () => Promise<Written<unknown>>; said: string };

/** Does one thing to a reminder, and offers to undo it. */
export function useReminderStep() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: ({ run }: Step) => run(),
    onSuccess: ({ changeId }, { said }) => {
      if (changeId !== null) offerUndo(queryClient, { changeId, message: said });
    },
    onError: (error) => toast.show({ message: asProblem(error).message, tone: "bad" }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: remindersKey }),
  });
}
