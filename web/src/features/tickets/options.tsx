import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import {
  contactQuery,
  contactsQuery,
  useResolutions,
  useStaff,
  useStatuses,
  useTags,
  useTeams,
} from "@/api/directory";
import { useMe } from "@/api/session";
import type { Priority, Ticket, TicketType } from "@/api/types";
import { Avatar, NobodyAvatar } from "@/ui/Avatar";
import { useAwayText } from "@/ui/away";
import { Icon } from "@/ui/Icon";
import type { PickerOption } from "@/ui/Picker";
import { PriorityIcon, StatusIcon, TeamSquare } from "@/ui/TicketIcons";

export const priorities: Priority[] = ["urgent", "high", "normal", "low"];
const types: TicketType[] = ["question", "incident", "problem", "task"];
export const NOBODY = "none";

export function useTeamOptions(): PickerOption[] {
  return useTeams().map((team) => ({
    value: String(team.id),
    label: team.name,
    sign: <TeamSquare color={team.color} />,
  }));
}

/** Nobody first, then me, then everyone else by name. */
export function useAssigneeOptions(): PickerOption[] {
  const { t } = useTranslation();
  const away = useAwayText();
  const me = useMe().person;
  const staff = useStaff();
  const others = staff
    .filter((person) => person.id !== me.id)
    .sort((one, other) => one.name.localeCompare(other.name));
  // Said where somebody is chosen, before the ticket waits for who is not there.
  const option = (id: number, name: string, hint?: string, isAway?: boolean): PickerOption => ({
    value: String(id),
    label: name,
    hint,
    sign: <Avatar id={id} name={name} away={isAway} />,
  });
  return [
    option(me.id, me.name, t("ticket.me")),
    {
      value: NOBODY,
      label: t("ticket.nobody"),
      sign: <NobodyAvatar label={t("ticket.nobody")} />,
    },
    ...others.map((person) =>
      option(person.id, person.name, away(person.absent_until), !!person.absent_until),
    ),
  ];
}

export function usePriorityOptions(): PickerOption[] {
  const { t } = useTranslation();
  return priorities.map((priority) => ({
    value: priority,
    label: t(`priority.name.${priority}`),
    sign: <PriorityIcon priority={priority} labelled={false} />,
  }));
}

export function useTypeOptions(): PickerOption[] {
  const { t } = useTranslation();
  return types.map((type) => ({ value: type, label: t(`type.${type}`) }));
}

/** The statuses, or only those a ticket may go to. */
export function useStatusOptions(allowed?: readonly string[]): PickerOption[] {
  const statuses = useStatuses();
  return statuses
    .filter((status) => (allowed ? allowed.includes(status.key) : status.active))
    .map((status) => ({
      value: status.key,
      label: status.name,
      sign: <StatusIcon category={status.category} color={status.color} />,
    }));
}

/** Why a ticket is resolved: the reasons in use, and the one that it has. */
export function useResolutionOptions(ticket?: Pick<Ticket, "resolution">): PickerOption[] {
  const { t } = useTranslation();
  const offered = useResolutions().filter(
    ({ active, key }) => active || key === ticket?.resolution?.key,
  );
  return [
    { value: NOBODY, label: t("resolution.none") },
    ...offered.map(({ key, name, description }) => ({
      value: key,
      label: name,
      hint: description || undefined,
    })),
  ];
}

/** What values of properties are looked up in; the person signed in is among the staff. */
export function usePropertyLists() {
  const me = useMe().person;
  const staff = useStaff();
  const known = staff.some(({ id }) => id === me.id);
  return {
    statuses: useStatuses(),
    resolutions: useResolutions(),
    teams: useTeams(),
    staff: known ? staff : [...staff, { id: me.id, name: me.name }],
  };
}

/** The status that resolves; workspaces may have renamed it. */
export function useResolvedKey(): string {
  const resolved = useStatuses().filter((status) => status.category === "resolved");
  return (resolved.find((status) => status.active) ?? resolved[0])?.key ?? "resolved";
}

export function useTagOptions(): PickerOption[] {
  return useTags().map((tag) => ({ value: tag, label: tag, sign: <Icon name="tag" /> }));
}

const CONTACTS_FROM = 1;

/** Contacts matching what is typed, and always the one already chosen. */
export function useContactOptions(chosenId?: string) {
  const [query, setQuery] = useState("");
  const found = useQuery({
    ...contactsQuery(query.trim()),
    enabled: query.trim().length >= CONTACTS_FROM,
  });
  const chosen = useQuery({ ...contactQuery(Number(chosenId)), enabled: chosenId !== undefined });
  const contacts = query ? (found.data ?? []) : chosen.data ? [chosen.data] : [];
  const options = contacts.map(
    (contact): PickerOption => ({
      value: String(contact.id),
      label: contact.name,
      hint: contact.emails[0],
      sign: <Avatar id={contact.id} name={contact.name} />,
    }),
  );
  const searching = found.isLoading;
  return { options, searching, setQuery, chosenName: chosen.data?.name };
}
