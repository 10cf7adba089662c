import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { client, read, write } from "@/api/client";
import type { components } from "@/api/generated/schema";
import { PAGE_SIZE, pagesQuery } from "@/api/pages";
import { asProblem } from "@/api/problem";
import { inboxCount } from "@/lib/inboxCount";
import { toast } from "@/lib/toast";
import { browsersKey, inboxKey, settingsKey } from "./keys";

type Schemas = components["schemas"];
export type NotifiedTicket = Schemas["NotifiedTicket"];
export type NotificationItem = Schemas["NotificationItem"];
export type NotificationSettings = Schemas["NotificationSettings"];
export type Reason = NotificationItem["reason"];
export type Ways = NotificationSettings["reasons"][Reason];
export type Choice = Schemas["NotificationChoice"];
export type PushBrowser = Schemas["PushBrowser"];
export type Marks = Partial<Schemas["NotificationMarks"]>;

/** What the reader was told, by ticket, the last told first. */
export function inboxQuery(unread: boolean) {
  return pagesQuery<NotifiedTicket>([...inboxKey, unread], async (cursor) => {
    const page = await read(
      client.GET("/api/v1/notifications", {
        params: { query: { unread, limit: PAGE_SIZE, cursor } },
      }),
    );
    inboxCount.set(page.unread);
    return page;
  });
}

/** Marks what the reader was told as read or unread. */
export function useMark() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: ({ marks, read: isRead }: { marks: Marks; read: boolean }) =>
      read(
        client.POST(isRead ? "/api/v1/notifications/read" : "/api/v1/notifications/unread", {
          body: { ids: [], tickets: [], all: false, ...marks },
        }),
      ),
    onSuccess: ({ unread }) => inboxCount.set(unread),
    onError: (error) => toast.show({ message: asProblem(error).message, tone: "bad" }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: inboxKey }),
  });
}

/** How the reader is told for each reason, and when not by mail. */
export const preferencesQuery = queryOptions({
  queryKey: settingsKey,
  queryFn: () => read(client.GET("/api/v1/notifications/settings")),
});

/** Saves a choice of the reader's. */
export function useChoose() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (body: Schemas["NotificationChoice"]) =>
      write(client.PATCH("/api/v1/notifications/settings", { body })),
    onSuccess: ({ data }) => queryClient.setQueryData(settingsKey, data),
  });
}

/** Tells the reader nothing more of a ticket until it is resolved, or as they chose again. */
export function useMute() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: ({ number, muted }: { number: number; muted: boolean }) => {
      const path = { params: { path: { number } } };
      return read(
        muted
          ? client.PUT("/api/v1/tickets/{number}/mute", path)
          : client.DELETE("/api/v1/tickets/{number}/mute", path),
      );
    },
    onError: (error) => toast.show({ message: asProblem(error).message, tone: "bad" }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: inboxKey }),
  });
}

/** The browsers that show the reader's notifications, and the key that one subscribes with. */
export const browsersQuery = queryOptions({
  queryKey: browsersKey,
  queryFn: () => read(client.GET("/api/v1/notifications/browsers")),
});

/** Lets one of the reader's browsers show notifications no more. */
export function useRemoveBrowser() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (id: number) =>
      read(
        client.DELETE("/api/v1/notifications/browsers/{subscription_id}", {
          params: { path: { subscription_id: id } },
        }),
      ),
    onError: (error) => toast.show({ message: asProblem(error).message, tone: "bad" }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: browsersKey }),
  });
}
