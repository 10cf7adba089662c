import { Outlet, useLocation } from "@tanstack/react-router";
import { useLayout } from "../shell/paneLayout";
import { SectionList } from "./SectionList";
import classes from "./SettingsScreen.module.css";

/** The settings: the list of pages beside the page; on a phone one after the other. */
export function SettingsScreen() {
  const { phone } = useLayout();
  const atIndex = useLocation({ select: ({ pathname }) => /\/settings\/?$/.test(pathname) });
  if (phone) return atIndex ? <SectionList phone /> : <Outlet />;
  return (
    <div className={classes.screen}>
      <SectionList phone={false} />
      <Outlet />
    </div>
  );
}
