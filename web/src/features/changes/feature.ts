import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { defineFeature } from "@/app/feature";
import { settingsRoute } from "@/app/roots";
import { changesKey } from "./api";

const changesRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: "/changes",
  staticData: { title: "settings.section.changes" },
  component: lazyRouteComponent(() => import("./ChangesPage"), "ChangesPage"),
});

export const changesFeature = defineFeature({
  name: "changes",
  routes: { settings: [changesRoute] },
  commands: ["change_undo", "ledger_remove_texts"],
  settings: [
    {
      key: "changes",
      group: "system",
      icon: "clock",
      title: "settings.section.changes",
      part: "changes",
    },
  ],
  // Every change stands in the list, whatever it is about.
  live: { words: [], staleKeys: () => [changesKey] },
});
