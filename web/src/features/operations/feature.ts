import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { defineFeature } from "@/app/feature";
import { settingsRoute } from "@/app/roots";

const operationsRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: "/operations",
  staticData: { title: "settings.section.operations" },
  component: lazyRouteComponent(() => import("./OperationsPage"), "OperationsPage"),
});

export const operationsFeature = defineFeature({
  name: "operations",
  routes: { settings: [operationsRoute] },
  commands: ["operations_retry_job"],
  settings: [
    {
      key: "operations",
      group: "system",
      icon: "pulse",
      title: "settings.section.operations",
      part: "operations",
    },
  ],
});
