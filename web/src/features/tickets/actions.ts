import { useTranslation } from "react-i18next";
import type { StatusCategory, Ticket } from "@/api/types";
import { useDeskDialogs } from "@/app/shell/dialogs";
import { useAfterSend } from "./neighbours";
import { usePropertyLists, useResolvedKey } from "./options";
import { useTicketPatch } from "./patch";
import { type PropertyName, table } from "./properties";
import { PICK } from "./snooze";

/** Everything that can be done to a ticket's properties, each with its sentence and its undo. */
export function useTicketActions(ticket: Ticket) {
  const { t } = useTranslation();
  const patch = useTicketPatch(ticket.number);
  const lists = usePropertyLists();
  const resolvedKey = useResolvedKey();

  const dialogs = useDeskDialogs();
  const { usual, leave } = useAfterSend();
  const isDone = isEnded(ticket.status.category);

  const set = (name: PropertyName, value: string) => {
    if (name === "snooze" && value === PICK) return dialogs.open("snooze", ticket.number);
    const property = table[name];
    const edit = property.edit?.(value, ticket, lists, t);
    if (!edit || property.valueIn({ ...ticket, ...edit.shown }) === property.valueIn(ticket))
      return;
    const done =
      property.done?.(edit, t) ??
      t("ticket.done.property", { property: t(property.label), name: edit.name });
    const ends = name === "status" && !isDone && isEnded(edit.shown.status?.category);
    patch.mutate(
      { patch: edit.patch, shown: edit.shown, done },
      { onSuccess: () => ends && leave(ticket.number, usual) },
    );
  };
  const openKey =
    lists.statuses.find((one) => one.category === "open" && one.active)?.key ?? "open";
  return {
    set,
    isDone,
    resolve: () => set("status", resolvedKey),
    reopen: () => set("status", openKey),
  };
}

const isEnded = (category: StatusCategory | undefined) =>
  category === "resolved" || category === "closed";

export type TicketActions = ReturnType<typeof useTicketActions>;
