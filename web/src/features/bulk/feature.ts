import { defineFeature } from "@/app/feature";
import { bulkKeys } from "./keys";
import { bulkRoutes } from "./routes";

export const bulkFeature = defineFeature({
  name: "bulk",
  routes: { settings: bulkRoutes },
  commands: ["bulk_start", "bulk_cancel", "bulk_undo", "bulk_finish", "bulk_apply"],
  settings: [
    {
      key: "bulk",
      group: "tickets",
      icon: "checks",
      title: "settings.section.bulk",
      part: "tickets",
    },
  ],
  live: {
    words: ["bulk"],
    staleKeys: ({ fields }) => (fields.includes("bulk") ? [bulkKeys.all] : []),
  },
});
