import type { Feature, FeatureRoutes } from "@/app/feature";

/**
 * What the portal adds to the desk. Its own screens are an application beside it (`routes.tsx`,
 * `app/PortalApp.tsx`), so nothing but types is imported here: the desk loads this file alone.
 */
export const portalFeature = {
  name: "portal",
  routes: {},
  commands: ["ticket_confirm_author", "mail_new_link"],
} as const satisfies Feature & { routes: FeatureRoutes };
