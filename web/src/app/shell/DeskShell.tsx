import { useDocumentTitle } from "@mantine/hooks";
import { Outlet, useParams } from "@tanstack/react-router";
import { type ComponentType, lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { useMe, useWorkspaceName } from "@/api/session";
import { type KeyBindings, OPENS_FIELD, useKeys } from "@/lib/keyboard";
import { useFeatures } from "../feature";
import { LiveProvider } from "../live/LiveProvider";
import { CommandPalette } from "./CommandPalette";
import classes from "./DeskShell.module.css";
import { DeskDialogsProvider, useDeskDialogs } from "./dialogs";
import { Rail } from "./NavigationRail";
import { OfflineBanner } from "./OfflineBanner";
import { PhoneTabs } from "./PhoneTabs";
import { entriesOf, useDeskActions } from "./paletteOptions";
import { useLayout } from "./paneLayout";

/** The desk: rail, the screen in the middle, its dialogs, live updates and keys. */
export function DeskShell() {
  return (
    <LiveProvider>
      <DeskDialogsProvider>
        <Frame />
      </DeskDialogsProvider>
    </LiveProvider>
  );
}

function Frame() {
  const { t } = useTranslation();
  const layout = useLayout();
  const inTicket = useParams({ strict: false, select: (params) => "number" in params });
  useDeskKeys();
  const workspace = useWorkspaceName();
  useDocumentTitle(workspace ? t("desk.title", { name: workspace }) : "ATUM DESK");
  const frame = layout.phone ? classes.phone : layout.railSmall ? classes.small : classes.wide;
  return (
    <div className={`${classes.frame} ${frame}`}>
      <a className={classes.skip} href="#screen">
        {t("desk.skip")}
      </a>
      {!layout.phone && <Rail small={layout.railSmall} onToggle={layout.toggleRail} />}
      <div className={classes.screen} id="screen">
        <OfflineBanner />
        <Outlet />
      </div>
      {layout.phone && !inTicket && <PhoneTabs />}
      <DeskDialogs />
    </div>
  );
}

/** Outside of the first load. */
const HelpDialog = lazy(async () => ({ default: (await import("./HelpDialog")).HelpDialog }));
const own = { palette: CommandPalette, help: HelpDialog };

/** The dialog that is open: the desk's own, or one of a feature. */
function DeskDialogs() {
  const { opened, open } = useDeskDialogs();
  const dialogs = Object.assign({}, own, ...useFeatures().map((feature) => feature.dialogs));
  const Dialog: ComponentType<{ onClose: () => void }> | undefined = opened && dialogs[opened];
  if (!Dialog) return null;
  return (
    <Suspense>
      <Dialog onClose={() => open(null)} />
    </Suspense>
  );
}

/** The keys of the palette's entries, and those that open the palette itself. */
function useDeskKeys() {
  const desk = useDeskActions();
  const { permissions } = useMe();
  const entries = entriesOf(useFeatures());
  const bindings: KeyBindings = {};
  for (const { keys, opensField, isOffered, run } of entries) {
    // What is not offered keeps its key, or an outer part of the page would answer to it.
    if (keys) {
      bindings[keys] = () => {
        if (isOffered?.(permissions) === false) return undefined;
        run(desk);
        return opensField ? OPENS_FIELD : undefined;
      };
    }
  }
  const openPalette = () => {
    desk.openDialog("palette");
    return OPENS_FIELD;
  };
  useKeys({ ...bindings, "mod+k": openPalette, "/": openPalette });
}
