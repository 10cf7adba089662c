import { lazy } from "react";
import { mayOpenTickets } from "@/api/access";
import { defineFeature, type PaletteEntry } from "@/app/feature";
import { type Density, storeDensity, storedDensity } from "@/lib/density";
import type { IconName } from "@/ui/Icon";
import { checklistRoutes } from "./checklists/settingsRoutes";
import { TicketNav } from "./components/TicketNav";
import { LiveTickets } from "./liveTickets";
import { macroRoutes } from "./macros/settingsRoutes";
import { outboundRoutes } from "./outbound/settingsRoutes";
import { usePlacesPalette } from "./paletteSearch";
import { ticketRoutes } from "./routes";
import type { ViewKey } from "./search";
import { staleTickets } from "./staleQueries";
import { timeRoutes } from "./time/settingsRoutes";

/** Outside of the first load. Its key holds what is typed until the dialog's field is there. */
const NewTicketDialog = lazy(async () => {
  const { NewTicketDialog } = await import("./components/NewTicketDialog");
  return { default: NewTicketDialog };
});

const ExportListDialog = lazy(async () => {
  const { ExportListDialog } = await import("./exports/ExportListDialog");
  return { default: ExportListDialog };
});
const ExportTicketDialog = lazy(async () => {
  const { ExportTicketDialog } = await import("./exports/ExportTicketDialog");
  return { default: ExportTicketDialog };
});

const SnoozeDialog = lazy(() => import("./components/SnoozeDialog"));
const DismissedDialog = lazy(() => import("./components/DismissedDialog"));
const AddChecklistDialog = lazy(() => import("./checklists/AddChecklistDialog"));
const NewReminderDialog = lazy(() => import("./reminders/NewReminderDialog"));
const ExplainHere = lazy(() => import("./views/ExplainHere"));

const view = (key: ViewKey, icon: IconName, keys: string): PaletteEntry => ({
  id: key,
  place: "go",
  icon,
  label: `view.${key}`,
  keys,
  run: (desk) => void desk.navigate({ to: "/desk/tickets", search: { view: key } }),
});

const density = (key: Density): PaletteEntry => ({
  id: key,
  place: "look",
  icon: "rows",
  label: `tickets.make.${key}`,
  isOffered: () => storedDensity() !== key,
  run: () => storeDensity(key),
});

const palette: PaletteEntry[] = [
  {
    id: "new",
    place: "act",
    icon: "plus",
    label: "tickets.new",
    keys: "c",
    opensField: true,
    isOffered: mayOpenTickets,
    run: (desk) => desk.openDialog("new-ticket"),
  },
  {
    id: "outbound",
    place: "act",
    icon: "mail",
    label: "tickets.newToMany",
    keys: "g n",
    isOffered: mayOpenTickets,
    run: (desk) => void desk.navigate({ to: "/desk/settings/bulk/outbound" }),
  },
  view("my_open", "user", "g m"),
  view("unassigned", "inbox", "g u"),
  view("all_open", "layers", "g a"),
  view("waiting", "clock", "g w"),
  view("snoozed", "moon", "g z"),
  density("cosy"),
  density("compact"),
];

export const ticketsFeature = defineFeature({
  name: "tickets",
  routes: {
    desk: ticketRoutes,
    settings: [...macroRoutes, ...checklistRoutes, ...timeRoutes, ...outboundRoutes],
  },
  settings: [
    {
      key: "macros",
      group: "tickets",
      icon: "bolt",
      title: "settings.section.macros",
      part: "tickets",
    },
    {
      key: "checklists",
      group: "tickets",
      icon: "checks",
      title: "settings.section.checklists",
      part: "tickets",
    },
    {
      key: "time",
      group: "tickets",
      icon: "timer",
      title: "settings.section.time",
      part: "tickets",
    },
  ],
  commands: [
    "ticket_open",
    "ticket_reply",
    "ticket_note",
    "ticket_status",
    "ticket_resolution",
    "ticket_priority",
    "ticket_assign",
    "ticket_move",
    "ticket_tag",
    "ticket_rename",
    "ticket_edit",
    "ticket_edit_reply",
    "ticket_edit_note",
    "ticket_bulk",
    "ticket_close",
    "ticket_unlink",
    "ticket_merge",
    "ticket_separate",
    "ticket_split",
    "ticket_redact",
    "note_redact",
    "ticket_snooze",
    "ticket_wake",
    "ticket_dismiss",
    "ticket_wake_due",
    "ticket_link",
    "ticket_keep_apart",
    "ticket_remove_link",
    "ticket_unsplit",
    "ticket_add_participant",
    "ticket_remove_participant",
    "ticket_revoke_links",
    "ticket_forward",
    "conversation_start",
    "conversation_reply",
    "conversation_receive",
    "conversation_close",
    "conversation_reopen",
    "macro_add",
    "macro_edit",
    "macro_delete",
    "macro_apply",
    "checklist_add",
    "checklist_rename",
    "checklist_delete",
    "checklist_add_item",
    "checklist_edit_item",
    "checklist_move_item",
    "checklist_check",
    "checklist_uncheck",
    "checklist_delete_item",
    "checklist_due",
    "checklist_template_add",
    "checklist_template_edit",
    "checklist_template_delete",
    "reminder_add",
    "reminder_edit",
    "reminder_done",
    "reminder_delete",
    "reminder_fire",
    "time_log",
    "time_edit",
    "time_delete",
    "time_activity_add",
    "time_activity_edit",
    "view_add",
    "view_edit",
    "view_delete",
    "view_order",
    "view_lay_out",
    "export_list",
    "export_ticket",
    "export_time",
    "attachment_upload",
    "attachment_refuse",
    "attachment_sweep",
  ],
  navigation: [
    {
      to: "/desk/tickets",
      icon: "inbox",
      label: "desk.tickets",
      parts: ["tickets"],
      List: TicketNav,
    },
  ],
  palette,
  paletteSearch: usePlacesPalette,
  live: {
    words: [
      "ticket",
      "messages",
      "attachments",
      "cc",
      "links",
      "organization",
      "mailbox",
      "fields",
      "views",
      "macros",
      "conversations",
      "time",
      "time_activities",
      "checklists",
      "checklist_templates",
      "reminders",
    ],
    staleKeys: staleTickets,
    rates: {
      tickets: "lists",
      views: "lists",
      ticket: "ticket",
      "ticket-history": "ticket",
      conversations: "ticket",
    },
    createRows: (host) => new LiveTickets(host),
  },
  dialogs: {
    "new-ticket": NewTicketDialog,
    "export-list": ExportListDialog,
    "export-ticket": ExportTicketDialog,
    explain: ExplainHere,
    snooze: SnoozeDialog,
    dismissed: DismissedDialog,
    checklist: AddChecklistDialog,
    reminder: NewReminderDialog,
  },
});
