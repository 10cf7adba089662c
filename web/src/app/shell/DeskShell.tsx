import { useDocumentTitle } from "@mantine/hooks";
import { Outlet, useNavigate, useParams } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { useMayOpenTickets } from "@/api/access";
import { useWorkspaceName } from "@/api/session";
import { useUndo } from "@/api/undo";
import { OPENS_FIELD, useKeys } from "@/lib/keyboard";
import { LiveProvider } from "../live/LiveProvider";
import { CommandPalette } from "./CommandPalette";
import classes from "./DeskShell.module.css";
import { DeskDialogsProvider, useDeskDialogs } from "./dialogs";
import { HelpDialog } from "./HelpDialog";
import { Rail } from "./NavigationRail";
import { OfflineBanner } from "./OfflineBanner";
import { PhoneTabs } from "./PhoneTabs";
import { useLayout } from "./paneLayout";

/** Outside of the first load. Its key holds what is typed until the dialog's field is there. */
const NewTicketDialog = lazy(async () => {
  const { NewTicketDialog } = await import("@/features/tickets/components/NewTicketDialog");
  return { default: NewTicketDialog };
});

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
  const dialogs = useDeskDialogs();
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
      {dialogs.opened === "palette" && <CommandPalette onClose={() => dialogs.open(null)} />}
      {dialogs.opened === "help" && <HelpDialog onClose={() => dialogs.open(null)} />}
      {dialogs.opened === "new-ticket" && (
        <Suspense>
          <NewTicketDialog onClose={() => dialogs.open(null)} />
        </Suspense>
      )}
    </div>
  );
}

function useDeskKeys() {
  const dialogs = useDeskDialogs();
  const navigate = useNavigate();
  const { undoLast } = useUndo();
  const mayOpen = useMayOpenTickets();
  const toView = (view: "my_open" | "unassigned" | "all_open" | "waiting") => () =>
    void navigate({ to: "/desk/tickets", search: { view } });
  const opens = (dialog: "palette" | "new-ticket") => () => {
    dialogs.open(dialog);
    return OPENS_FIELD;
  };
  useKeys({
    "mod+k": opens("palette"),
    "/": opens("palette"),
    "?": () => dialogs.open("help"),
    c: mayOpen ? opens("new-ticket") : () => {},
    z: undoLast,
    "g m": toView("my_open"),
    "g u": toView("unassigned"),
    "g a": toView("all_open"),
    "g w": toView("waiting"),
    "g o": () => void navigate({ to: "/desk/outbox", search: {} }),
    "g s": () => void navigate({ to: "/desk/settings" }),
  });
}
