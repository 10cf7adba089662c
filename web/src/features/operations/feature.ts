import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { defineFeature } from "@/app/feature";
import { settingsRoute } from "@/app/roots";
import { operationsKey } from "./api";

const operationsRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: "/operations",
  staticData: { title: "settings.section.operations" },
  component: lazyRouteComponent(() => import("./OperationsPage"), "OperationsPage"),
});

export const operationsFeature = defineFeature({
  name: "operations",
  routes: { settings: [operationsRoute] },
  commands: [
    "operations_backup",
    "operations_verify",
    "operations_doctor",
    "operations_retry_job",
    "operations_replay_change",
    "operations_discard_change",
  ],
  settings: [
    {
      key: "operations",
      group: "system",
      icon: "pulse",
      title: "settings.section.operations",
      part: "operations",
    },
  ],
  live: {
    words: ["operations"],
    staleKeys: ({ fields }) => (fields.includes("operations") ? [operationsKey] : []),
  },
});
