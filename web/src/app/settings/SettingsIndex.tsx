import { Navigate } from "@tanstack/react-router";

/** Beside the list there is always a page; the first is one's own. */
export function SettingsIndex() {
  return <Navigate to="/desk/settings/profile" replace search={{}} />;
}
