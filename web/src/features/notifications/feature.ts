import type { QueryKey } from "@tanstack/react-query";
import { followersKey } from "@/api/followers";
import { defineFeature } from "@/app/feature";
import type { LiveChange } from "@/lib/liveSocket";
import { InboxLink } from "./InboxLink";
import { settingsKey } from "./keys";
import { notificationRoutes, notificationSettingsRoutes } from "./routes";

export const notificationsFeature = defineFeature({
  name: "notifications",
  routes: { desk: notificationRoutes, settings: notificationSettingsRoutes },
  commands: [
    "ticket_follow",
    "ticket_unfollow",
    "ticket_add_follower",
    "ticket_remove_follower",
    "notifications_follow",
    "notifications_prefer",
    "notifications_mail",
  ],
  navigation: [
    {
      to: "/desk/notifications",
      icon: "bell",
      label: "inbox.title",
      parts: ["tickets"],
      List: InboxLink,
    },
  ],
  palette: [
    {
      id: "notifications",
      place: "go",
      icon: "bell",
      label: "inbox.title",
      keys: "g i",
      run: (desk) => void desk.navigate({ to: "/desk/notifications", search: {} }),
    },
  ],
  settings: [
    {
      key: "notifications",
      group: "you",
      icon: "bell",
      title: "inbox.title",
      part: "tickets",
    },
  ],
  live: {
    words: ["followers", "notification_settings"],
    staleKeys: ({ fields, ticket }: LiveChange): QueryKey[] => [
      ...(fields.includes("followers") && ticket !== null ? [followersKey(ticket)] : []),
      ...(fields.includes("notification_settings") ? [settingsKey] : []),
    ],
  },
});
