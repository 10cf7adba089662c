import type { View } from "@/features/tickets/views/api";
import { desk } from "@/locales/en/desk";

const layout = {
  columns: null,
  sort: null,
  grouped: null,
  group_by: null,
  density: null,
  hidden: false,
};

/** A view as the API tells it, everybody's unless it says otherwise. */
export function view(id: number, name: string, more: Partial<View> = {}): View {
  return {
    id,
    key: null,
    listed_as: String(id),
    name,
    text: "status:open",
    broken: null,
    scope: "shared",
    owner_id: null,
    owner_name: null,
    team_id: null,
    role_ids: [],
    editors: "owner",
    columns: [],
    sort: "-updated_at",
    grouped: false,
    group_by: "category",
    version: 1,
    can_edit: false,
    own: layout,
    ...more,
  };
}

const keys = ["my_open", "unassigned", "all_open", "waiting", "recently_resolved"] as const;

/** The views that come with the product. */
export const builtInViews: View[] = keys.map((key, at) =>
  view(at + 1, desk.view[key], { key, listed_as: key, grouped: at < 3 }),
);
