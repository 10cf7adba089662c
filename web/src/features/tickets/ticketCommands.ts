import "@/app/pageTexts";
import "./messageTexts";
import "./thread/texts";
import "./starTexts";
import { useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useMayExport } from "@/api/access";
import { useMe } from "@/api/session";
import type { Ticket } from "@/api/types";
import { useDeskDialogs } from "@/app/shell/dialogs";
import { copyText } from "@/lib/clipboard";
import { type Command, useCommands } from "@/lib/commands";
import { toast } from "@/lib/toast";
import type { TicketActions } from "./actions";
import { useDismiss } from "./dismiss";
import { type ComposerMode, changeDraft } from "./draft";
import { downloadFile } from "./exports/exportAddress";
import { useFollowCommand } from "./follow";
import { printTicket } from "./printTicket";
import { bulkNames, type PropertyName, table } from "./properties";
import { useStarCommand } from "./stars";
import { copyKeys, keyOf } from "./ticketKeys";

type PageControls = {
  openProperty: (name: PropertyName) => void;
  write: (mode: ComposerMode) => void;
  togglePanel: () => void;
  merge: () => void;
  split: () => void;
  link: () => void;
  forward: () => void;
  converse: () => void;
  search: () => void;
  /** null: nothing is new. */
  toUnread: (() => void) | null;
};

const modes = [
  { mode: "reply", icon: "reply" },
  { mode: "note", icon: "lock" },
] as const;

/** All that can be done to the open ticket, by key and from the palette: one list for both. Returns what its menu offers. */
export function useTicketCommands(
  ticket: Ticket,
  actions: TicketActions,
  controls: PageControls,
): Command[] {
  const { t } = useTranslation();
  const { can } = ticket;
  const me = useMe().person.id;
  const writing = modes.map(
    ({ mode, icon }): Command => ({
      id: mode,
      icon,
      key: keyOf[mode],
      label: t(`command.${mode}`),
      forbidden: !can[mode],
      opensField: true,
      run: () => controls.write(mode),
    }),
  );
  const applying: Command = {
    id: "macro",
    icon: "bolt",
    label: t("command.macro"),
    forbidden: !can.reply && !can.note,
    opensField: true,
    run: () => {
      const mode = can.reply ? "reply" : "note";
      const place = { me, number: ticket.number, kind: mode } as const;
      changeDraft(place, ({ text }) => ({ text: text ? `${text} ::` : "::" }));
      controls.write(mode);
    },
  };
  const setting = useSettingCommands(ticket, controls);
  const direct = useDirectCommands(ticket, actions);
  const whole = useWholeCommands(ticket, controls);
  useCommands({
    title: `#${ticket.number} ${ticket.subject}`,
    commands: [...writing, applying, ...setting, ...direct, ...whole],
  });
  const snoozing = setting.filter(({ id }) => id === table.snooze.command?.id);
  return [...snoozing, ...whole];
}

/** Each property with a list of its own, which the command opens. */
function useSettingCommands({ can }: Ticket, { openProperty }: PageControls): Command[] {
  const { t } = useTranslation();
  return bulkNames.flatMap((name): Command[] => {
    const { command, icon, shortcut, needs, label } = table[name];
    if (!command) return [];
    const words = command.label ? t(command.label) : t("command.property", { property: t(label) });
    return [
      {
        id: command.id,
        icon,
        key: shortcut,
        label: words,
        forbidden: !can[needs],
        why: t("verbs.lacks", { permission: `ticket:${needs}` }),
        opensField: true,
        run: () => openProperty(name),
      },
    ];
  });
}

/** Properties that are set without a question. */
function useDirectCommands({ can, assignee }: Ticket, actions: TicketActions): Command[] {
  const { t } = useTranslation();
  const me = useMe().person;
  const { isDone } = actions;
  return [
    {
      id: "take",
      icon: "user",
      label: t("command.take"),
      forbidden: !can.assign || assignee?.id === me.id,
      run: () => actions.set("assignee", String(me.id)),
    },
    {
      id: "resolve",
      icon: isDone ? "retry" : "check",
      key: keyOf.resolve,
      label: t(isDone ? "ticket.reopen" : "ticket.resolve"),
      forbidden: !can.status,
      run: isDone ? actions.reopen : actions.resolve,
    },
  ];
}

/** What is done with the ticket as a whole. */
function useWholeCommands(ticket: Ticket, controls: PageControls): Command[] {
  const { number } = ticket;
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const dialogs = useDeskDialogs();
  const mayExport = useMayExport();
  const follow = useFollowCommand(number);
  const limits = useLimits(ticket);
  const star = useStarCommand(number);
  return [
    {
      id: "merge",
      icon: "merge",
      key: keyOf.merge,
      label: t("merge.command"),
      ...limits("merge"),
      run: controls.merge,
    },
    {
      id: "split",
      icon: "sort",
      key: keyOf.split,
      label: t("split.command"),
      ...limits("merge", ticket.message_count < 2 && t("verbs.fewMessages")),
      run: controls.split,
    },
    {
      id: "link",
      icon: "link",
      key: keyOf.link,
      label: t("linkCommand"),
      ...limits("edit"),
      run: controls.link,
    },
    follow,
    star,
    {
      id: "reminder",
      icon: "clock",
      key: keyOf.reminder,
      label: t("reminderCommand"),
      run: () => dialogs.open("reminder", number),
    },
    {
      id: "checklist",
      icon: "checks",
      label: t("checklistCommand"),
      forbidden: !ticket.can.edit || ticket.merged_into !== null,
      run: () => dialogs.open("checklist", number),
    },
    {
      id: "forward",
      icon: "go",
      key: keyOf.forward,
      label: t("forwardCommand"),
      ...limits("reply"),
      run: controls.forward,
    },
    {
      id: "conversation",
      icon: "users",
      label: t("conversationCommand"),
      ...limits("reply"),
      run: controls.converse,
    },
    {
      id: "search-in-ticket",
      icon: "search",
      key: "mod+f",
      label: t("searchInTicket.command"),
      opensField: true,
      run: controls.search,
    },
    {
      id: "to-unread",
      icon: "down",
      key: keyOf.unread,
      label: t("longThread.toUnread"),
      forbidden: controls.toUnread === null,
      run: () => controls.toUnread?.(),
    },
    ...useDismissCommands(ticket, limits),
    ...useCopyCommands(ticket),
    {
      id: "print",
      icon: "file",
      key: "mod+p",
      label: t("command.print"),
      run: () => void printTicket(queryClient, number),
    },
    {
      id: "export-ticket",
      icon: "file",
      label: t("export.ticket", { number: String(number) }),
      forbidden: !mayExport,
      why: t("verbs.lacks", { permission: "ticket:export" }),
      run: () => dialogs.open("export-ticket"),
    },
    {
      id: "files",
      icon: "download",
      label: t("messageMenu.files"),
      run: () => downloadFile(`/api/v1/tickets/${number}/attachments.zip`),
    },
    {
      id: "why",
      icon: "search",
      key: "w",
      label: t("views.why"),
      run: () => dialogs.open("explain", number),
    },
    { id: "panel", icon: "panel", label: t("command.panel"), run: controls.togglePanel },
  ];
}

/** Tells of a verb whether it may be used on the ticket, and else why not. */
function useLimits({ can, merged_into }: Ticket) {
  const { t } = useTranslation();
  return (
    needs: "merge" | "edit" | "reply" | "status",
    because: string | false = false,
  ): Pick<Command, "forbidden" | "why"> => {
    const lacks = !can[needs] && t("verbs.lacks", { permission: `ticket:${needs}` });
    const merged = merged_into !== null && t("verbs.merged", { number: String(merged_into) });
    const why = lacks || merged || because;
    return why ? { forbidden: true, why } : {};
  };
}

type Limits = ReturnType<typeof useLimits>;

/** Away with what nobody will answer: closed, or closed with its sender refused from now on. */
function useDismissCommands(ticket: Ticket, limits: Limits): Command[] {
  const { t } = useTranslation();
  const { permissions } = useMe();
  const dismiss = useDismiss(ticket);
  const closed = ticket.status.category === "closed" && t("verbs.isClosed");
  const needsBlock =
    !permissions.includes("mail:quarantine") && t("verbs.lacks", { permission: "mail:quarantine" });
  const notByMail = ticket.channel !== "email" && t("verbs.notByMail");
  return [
    {
      id: "dismiss",
      icon: "x",
      key: keyOf.dismiss,
      label: t("dismiss.command"),
      ...limits("status", closed),
      run: () => dismiss.mutate(null),
    },
    {
      id: "spam",
      icon: "warn",
      key: keyOf.spam,
      label: t("dismiss.spam"),
      ...limits("status", closed || needsBlock || notByMail),
      run: () => dismiss.mutate("address"),
    },
  ];
}

/** What is copied, each said by a toast. */
function useCopyCommands({ number, subject }: Ticket): Command[] {
  const { t } = useTranslation();
  const copy = async (text: string, message: string) => {
    try {
      await copyText(text);
      toast.show({ message });
    } catch {
      toast.show({ message: t("copy.refused"), tone: "bad" });
    }
  };
  const address = `${location.origin}/desk/tickets/${number}`;
  return [
    {
      id: "copy-number",
      icon: "copy",
      key: copyKeys.number,
      label: t("copy.number"),
      run: () => void copy(`#${number}`, t("copy.numberDone", { number: String(number) })),
    },
    {
      id: "copy-title",
      icon: "copy",
      key: copyKeys.title,
      label: t("copy.title"),
      run: () => void copy(subject, t("copy.titleDone", { title: subject })),
    },
    {
      id: "copy-link",
      icon: "copy",
      key: copyKeys.link,
      label: t("ticket.copyLink"),
      run: () => void copy(address, t("ticket.linkCopied")),
    },
  ];
}
