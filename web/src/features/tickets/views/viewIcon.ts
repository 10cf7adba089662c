import type { View } from "@/api/views";
import type { IconName } from "@/ui/Icon";

/** The icon of a view that has no icon of its own; the star is for what has stars. */
export function iconOf({ scope, text }: Pick<View, "scope" | "text">): IconName {
  if (scope === "team") return "users";
  return text === "starred:me" ? "star" : "filter";
}
