import { useTranslation } from "react-i18next";
import { useStaff } from "@/api/directory";
import type { Priority, Ticket, TicketRow, TicketType } from "@/api/types";
import { Avatar, NobodyAvatar } from "@/ui/Avatar";
import { PriorityIcon, StatusIcon, TeamSquare } from "@/ui/TicketIcons";
import {
  NOBODY,
  priorities,
  useAssigneeOptions,
  usePriorityOptions,
  useResolutionOptions,
  useStatusOptions,
  useTagOptions,
  useTeamOptions,
  useTypeOptions,
} from "../options";
import {
  bulkSnooze,
  isSnoozed,
  isWake,
  SnoozeSign,
  SnoozeValue,
  snoozeEdit,
  snoozeSentence,
  useSnoozeOptions,
} from "../snooze";
import { isAmong, isThe, nameOf, type Property, type PropertyName } from "./property";
import { tagEdit, tagSentences, toggledTags } from "./tags";

const LOWEST_FIRST = priorities.toReversed();

/**
 * The properties of a ticket that people change. Rows, filters and orders of the list, the ticket
 * page, the bar for chosen tickets, keys, the palette and history read this table; a property of
 * the API that it lacks is a type error that names it.
 */
export const properties = {
  status: {
    icon: "open",
    label: "property.status",
    needs: "status",
    shortcut: "s",
    field: "status",
    place: { at: "head", order: 1 },
    useOptions: (ticket) =>
      useStatusOptions(ticket && [ticket.status.key, ...ticket.allowed_statuses]),
    valueIn: (row) => row.status.key,
    Value: ({ ticket: { status } }) => (
      <>
        <StatusIcon category={status.category} color={status.color} />
        {status.name}
      </>
    ),
    edit: (value, _ticket, { statuses }) => {
      const status = statuses.find((one) => one.key === value);
      return status ? { patch: { status: value }, shown: { status }, name: status.name } : null;
    },
    done: ({ name }, t) => t("ticket.done.status", { name }),
    command: { id: "status", label: "command.status", bulkLabel: "command.bulk.status" },
    bulk: { order: 2, sentence: "bulk.done.status" },
    filter: {
      key: "status",
      param: "status",
      order: 4,
      holds: (row, asked) => isAmong(asked, row.status.key),
    },
    history: {
      set: (change, t) => t("change.status", { name: nameOf(change.new) }),
      icon: (change, { statuses }) => {
        const status = statuses.find((one) => isThe(change.new, one));
        return status?.category === "resolved" ? "check" : "open";
      },
    },
  },
  resolution: {
    icon: "check",
    label: "property.resolution",
    needs: "status",
    field: "resolution",
    place: { at: "details", order: 0 },
    useOptions: useResolutionOptions,
    valueIn: (row) => row.resolution?.key ?? NOBODY,
    Value: ({ ticket: { resolution } }) => <bdi>{resolution?.name ?? "–"}</bdi>,
    edit: (value, _ticket, { resolutions }) => {
      const found = resolutions.find((one) => one.key === value);
      if (value !== NOBODY && !found) return null;
      const resolution = found ? { key: found.key, name: found.name } : null;
      return {
        patch: { resolution: resolution?.key ?? null },
        shown: { resolution },
        name: resolution?.name ?? "–",
      };
    },
    command: { id: "resolution" },
    bulk: { order: 6 },
    history: {
      set: (change, t) => t("change.resolution", { name: nameOf(change.new) || "–" }),
    },
  },
  priority: {
    icon: "p3",
    label: "property.priority",
    needs: "priority",
    shortcut: "p",
    field: "priority",
    place: { at: "head", order: 2 },
    useOptions: usePriorityOptions,
    valueIn: (row) => row.priority,
    Value: PriorityValue,
    RowSign: ({ row }) => <PriorityIcon priority={row.priority} />,
    edit: (value, _ticket, _lists, t) => {
      const priority = value as Priority;
      return { patch: { priority }, shown: { priority }, name: t(`priority.name.${priority}`) };
    },
    done: ({ name }, t) => t("ticket.done.priority", { name }),
    command: { id: "priority", label: "command.priority", bulkLabel: "command.bulk.priority" },
    bulk: { order: 3, sentence: "bulk.done.priority" },
    filter: {
      key: "priority",
      param: "priority",
      order: 3,
      holds: (row, asked) => isAmong(asked, row.priority),
    },
    rank: (row) => LOWEST_FIRST.indexOf(row.priority),
    history: {
      set: (change, t) =>
        t("change.priority", { name: t(`priority.name.${nameOf(change.new) as Priority}`) }),
    },
  },
  assignee: {
    icon: "user",
    label: "property.assignee",
    needs: "assign",
    shortcut: "a",
    field: "assignee_id",
    place: { at: "head", order: 3 },
    useOptions: useAssigneeOptions,
    valueIn: (row) => (row.assignee ? String(row.assignee.id) : NOBODY),
    Value: AssigneeValue,
    edit: (value, _ticket, { staff }) => {
      const person = staff.find((one) => String(one.id) === value);
      if (value !== NOBODY && !person) return null;
      const assignee = person ? { id: person.id, name: person.name } : null;
      const patch = { assignee_id: assignee?.id ?? null };
      return { patch, shown: { assignee }, name: assignee?.name ?? "" };
    },
    done: ({ name }, t) => (name ? t("ticket.done.assign", { name }) : t("ticket.done.unassign")),
    command: { id: "assign", label: "command.assign", bulkLabel: "command.bulk.assign" },
    bulk: { order: 1, label: "bulk.assign", sentence: "bulk.done.assign" },
    filter: {
      key: "assignee",
      param: "assignee_id",
      single: true,
      order: 2,
      holds: (row, asked, me) =>
        String(row.assignee?.id ?? NOBODY) === (asked === "me" ? String(me) : asked),
    },
    history: {
      did: (change, { actor }, t) => {
        const name = nameOf(change.new);
        if (!name) return t("change.unassigned");
        return actor && isThe(change.new, actor)
          ? t("change.took")
          : t("change.assigned", { name });
      },
    },
  },
  team: {
    icon: "users",
    label: "property.team",
    needs: "move",
    shortcut: "t",
    field: "team_id",
    place: { at: "head", order: 4 },
    useOptions: useTeamOptions,
    valueIn: (row) => String(row.team.id),
    Value: ({ ticket: { team } }) => (
      <>
        <TeamSquare color={team.color} />
        <bdi>{team.name}</bdi>
      </>
    ),
    edit: (value, _ticket, { teams }) => {
      const team = teams.find((one) => String(one.id) === value);
      return team ? { patch: { team_id: team.id }, shown: { team }, name: team.name } : null;
    },
    done: ({ name }, t) => t("ticket.done.team", { name }),
    command: { id: "team", label: "command.team", bulkLabel: "command.bulk.team" },
    bulk: { order: 4, sentence: "bulk.done.team" },
    filter: {
      key: "team",
      param: "team_id",
      order: 1,
      holds: (row, asked) => isAmong(asked, row.team.id),
    },
    history: { set: (change, t) => t("change.team", { name: nameOf(change.new) }) },
  },
  tags: {
    icon: "tag",
    label: "property.tags",
    needs: "tag",
    shortcut: "l",
    field: "tags",
    useOptions: useTagOptions,
    valueIn: (row) => row.tags.join("\n"),
    edit: (value, ticket) => {
      const tags = toggledTags(ticket?.tags ?? [], value);
      return { patch: { tags }, shown: { tags }, name: value };
    },
    done: ({ shown, name }, t) =>
      t(shown.tags?.includes(name) ? "ticket.done.tag" : "ticket.done.untag", { name }),
    command: { id: "tags", label: "command.tags", bulkLabel: "command.bulk.tag" },
    bulk: { order: 5, label: "bulk.tag", creatable: true, edit: tagEdit },
    filter: {
      key: "tag",
      param: "tag",
      label: "tickets.field.tag",
      single: true,
      order: 5,
      holds: (row, asked) => row.tags.includes(asked.toLowerCase()),
    },
    history: { did: (change, _item, t) => tagSentences(change, t) },
  },
  snooze: {
    icon: "moon",
    label: "property.snooze",
    needs: "edit",
    shortcut: "b",
    field: "snooze",
    place: { at: "head", order: 5 },
    useOptions: useSnoozeOptions,
    valueIn: (row) => (isSnoozed(row) ? (row.snooze?.at ?? "") : ""),
    Value: SnoozeValue,
    RowSign: SnoozeSign,
    edit: (value, _ticket, _lists, t) => snoozeEdit(value, t),
    done: ({ name }, t) => (name ? t("ticket.done.snooze", { name }) : t("ticket.done.wake")),
    command: { id: "snooze", label: "command.snooze", bulkLabel: "command.bulk.snooze" },
    bulk: { order: 7, label: "bulk.snooze", edit: bulkSnooze },
    history: {
      did: (change, _item, t) => snoozeSentence(change.new, t),
      icon: (change) => (isWake(change.new) ? "bell" : "moon"),
    },
  },
  type: {
    icon: "layers",
    label: "property.type",
    needs: "edit",
    field: "type",
    place: { at: "details", order: 1 },
    useOptions: useTypeOptions,
    valueIn: (row) => row.type,
    Value: TypeValue,
    edit: (value, _ticket, _lists, t) => {
      const type = value as TicketType;
      return { patch: { type }, shown: { type }, name: t(`type.${type}`) };
    },
    done: ({ name }, t) => t("ticket.done.type", { name }),
    history: {
      set: (change, t) => t("change.type", { name: t(`type.${nameOf(change.new) as TicketType}`) }),
    },
  },
  subject: {
    icon: "pen",
    label: "property.subject",
    needs: "edit",
    field: "subject",
    valueIn: (row) => row.subject,
    edit: (subject) => (subject ? { patch: { subject }, shown: { subject }, name: subject } : null),
    done: (_edit, t) => t("ticket.done.subject"),
    history: { did: (change, _item, t) => t("change.subject", { name: nameOf(change.new) }) },
  },
  requester: {
    icon: "user",
    label: "property.requester",
    needs: "edit",
    field: "requester_id",
    valueIn: (row) => String(row.requester.id),
    filter: {
      key: "requester",
      param: "requester_id",
      icon: "at",
      single: true,
      order: 6,
      holds: (row, asked) => String(row.requester.id) === asked,
    },
    history: { set: (change, t) => t("change.requester", { name: nameOf(change.new) }) },
  },
} as const satisfies Record<PropertyName, Property>;

function PriorityValue({ ticket }: { ticket: Ticket }) {
  const { t } = useTranslation();
  return (
    <>
      <PriorityIcon priority={ticket.priority} />
      {t(`priority.name.${ticket.priority}`)}
    </>
  );
}

function AssigneeValue({ ticket: { assignee } }: { ticket: Pick<TicketRow, "assignee"> }) {
  const { t } = useTranslation();
  const away = useStaff().find(({ id }) => id === assignee?.id)?.absent_until;
  return (
    <>
      {assignee ? (
        <Avatar id={assignee.id} name={assignee.name} away={!!away} />
      ) : (
        <NobodyAvatar label={t("ticket.nobodyAssigned")} />
      )}
      <bdi>{assignee?.name.split(" ")[0] ?? t("ticket.nobody")}</bdi>
    </>
  );
}

function TypeValue({ ticket }: { ticket: Ticket }) {
  const { t } = useTranslation();
  return t(`type.${ticket.type}`);
}
