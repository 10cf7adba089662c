import { Outlet, useLocation } from "@tanstack/react-router";
import { useLayout } from "../shell/paneLayout";
import { SectionList } from "./SectionList";
import classes from "./SettingsScreen.module.css";

/** The settings: the list of pages beside the page; on a phone one after the other. */
export function SettingsScreen() {
  const { phone } = useLayout();
  const atIndex = useLocation({ select: ({ pathname }) => /\/settings\/?$/.test(pathname) });
  // One tree for every width: a page drawn anew would lose what is being typed in it.
  return (
    <div className={phone ? classes.single : classes.beside}>
      {(!phone || atIndex) && <SectionList phone={phone} />}
      {!(phone && atIndex) && <Outlet />}
    </div>
  );
}
