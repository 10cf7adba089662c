import { useTranslation } from "react-i18next";
import { useStaff, useStatuses, useTeams } from "@/api/directory";
import type { Priority, Ticket, TicketType } from "@/api/types";
import { NOBODY, useResolvedKey } from "./options";
import { useTicketPatch } from "./patch";

/** Everything that can be done to a ticket's properties, each with its sentence and its undo. */
export function useTicketActions(ticket: Ticket) {
  const { t } = useTranslation();
  const patch = useTicketPatch(ticket.number);
  const staff = useStaff();
  const teams = useTeams();
  const statuses = useStatuses();
  const resolvedKey = useResolvedKey();

  const setStatus = (key: string) => {
    const status = statuses.find((one) => one.key === key);
    if (!status || key === ticket.status.key) return;
    const done = t("ticket.done.status", { name: status.name });
    patch.mutate({ patch: { status: key }, shown: { status }, done });
  };
  const assign = (value: string) => {
    const person = staff.find((one) => String(one.id) === value);
    const assignee = value === NOBODY || !person ? null : { id: person.id, name: person.name };
    if (assignee?.id === ticket.assignee?.id) return;
    const done = assignee
      ? t("ticket.done.assign", { name: assignee.name })
      : t("ticket.done.unassign");
    patch.mutate({ patch: { assignee_id: assignee?.id ?? null }, shown: { assignee }, done });
  };
  const moveTo = (value: string) => {
    const team = teams.find((one) => String(one.id) === value);
    if (!team || team.id === ticket.team.id) return;
    const done = t("ticket.done.team", { name: team.name });
    patch.mutate({ patch: { team_id: team.id }, shown: { team }, done });
  };
  const setPriority = (value: string) => {
    const priority = value as Priority;
    if (priority === ticket.priority) return;
    const done = t("ticket.done.priority", { name: t(`priority.name.${priority}`) });
    patch.mutate({ patch: { priority }, shown: { priority }, done });
  };
  const setType = (value: string) => {
    const type = value as TicketType;
    if (type === ticket.type) return;
    const done = t("ticket.done.type", { name: t(`type.${type}`) });
    patch.mutate({ patch: { type }, shown: { type }, done });
  };
  const toggleTag = (tag: string) => {
    const has = ticket.tags.includes(tag);
    const tags = has ? ticket.tags.filter((one) => one !== tag) : [...ticket.tags, tag];
    const done = t(has ? "ticket.done.untag" : "ticket.done.tag", { name: tag });
    patch.mutate({ patch: { tags }, shown: { tags }, done });
  };
  const setSubject = (subject: string) => {
    if (!subject || subject === ticket.subject) return;
    patch.mutate({ patch: { subject }, shown: { subject }, done: t("ticket.done.subject") });
  };
  const isDone = ticket.status.category === "resolved" || ticket.status.category === "closed";
  const resolve = () => setStatus(resolvedKey);
  const reopen = () => setStatus(statuses.find((one) => one.category === "open")?.key ?? "open");
  return {
    setStatus,
    assign,
    moveTo,
    setPriority,
    setType,
    toggleTag,
    setSubject,
    isDone,
    resolve,
    reopen,
  };
}

export type TicketActions = ReturnType<typeof useTicketActions>;
