import { useMantineColorScheme } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { useMayOpenTickets } from "@/api/access";
import { contactsQuery, useTeams } from "@/api/directory";
import type { MarkedText, Ticket, TicketRow } from "@/api/types";
import { useUndo } from "@/api/undo";
import { ticketSearchQuery } from "@/features/tickets/api";
import { RowExcerpt } from "@/features/tickets/components/rowParts";
import { keysOf, offeredCommands } from "@/lib/commands";
import { useDensity } from "@/lib/density";
import { ranked } from "@/lib/ranking";
import { Avatar } from "@/ui/Avatar";
import { Icon, type IconName } from "@/ui/Icon";
import { RelativeTime } from "@/ui/RelativeTime";
import { StatusIcon, TeamSquare } from "@/ui/Signs";
import { useDeskDialogs } from "./dialogs";

export type PaletteOption = {
  id: string;
  sign: ReactNode;
  label: string;
  /** The label with what was searched for marked; without it the typed letters are. */
  marked?: readonly MarkedText[];
  hint?: string;
  /** A second line: who, how it stands, where the words were found. */
  under?: ReactNode;
  /** At the end of the first line. */
  end?: ReactNode;
  keys?: readonly string[];
  run: () => void;
};
export type PaletteGroup = { title: string; options: PaletteOption[] };

const SEARCH_DELAY_MS = 120;
const SHOWN_TICKETS = 6;
const SHOWN_PEOPLE = 4;

/** What can be done or opened for the words typed so far. */
export function usePalette(query: string): PaletteGroup[] {
  const { t } = useTranslation();
  const [words] = useDebouncedValue(query.trim(), SEARCH_DELAY_MS);
  const [commands] = useState(commandGroups);
  const actions = useActions();
  const teams = useTeamOptions();
  const tickets = useTicketOptions(words);
  const people = usePeopleOptions(words);
  const matching = (options: PaletteOption[]) => ranked(options, query, (option) => [option.label]);
  const groups: PaletteGroup[] = [
    ...commands.map(({ title, options }) => ({ title, options: matching(options) })),
    { title: t("palette.actions"), options: matching(actions) },
    { title: t("palette.teams"), options: query ? matching(teams) : [] },
    { title: t("palette.tickets"), options: words ? tickets : [] },
    { title: t("palette.people"), options: words ? people : [] },
  ];
  return groups.filter((group) => group.options.length > 0);
}

/** What can be done to the open ticket or to the chosen ones, as it stood when the palette opened. */
function commandGroups(): PaletteGroup[] {
  return offeredCommands().map(({ title, commands }) => ({
    title,
    options: commands.map(({ id, icon, label, key, run }) => ({
      id,
      sign: <Icon name={icon} />,
      label,
      keys: key ? keysOf(key) : undefined,
      run,
    })),
  }));
}

function useActions(): PaletteOption[] {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const dialogs = useDeskDialogs();
  const { undoLast } = useUndo();
  const [density, setDensity] = useDensity();
  const { setColorScheme } = useMantineColorScheme();
  const mayOpen = useMayOpenTickets();
  const action = (
    id: string,
    icon: IconName,
    label: string,
    run: () => void,
    keys?: readonly string[],
  ): PaletteOption => ({ id, sign: <Icon name={icon} />, label, run, keys });
  const view = (view: "my_open" | "unassigned" | "all_open" | "waiting") => () =>
    void navigate({ to: "/desk/tickets", search: { view } });
  const other = density === "compact" ? "cosy" : "compact";
  return [
    ...(mayOpen
      ? [action("new", "plus", t("tickets.new"), () => dialogs.open("new-ticket"), ["c"])]
      : []),
    action("undo", "undo", t("help.key.undo"), undoLast, ["z"]),
    action("mine", "user", t("view.my_open"), view("my_open"), ["g", "m"]),
    action("unassigned", "inbox", t("view.unassigned"), view("unassigned"), ["g", "u"]),
    action("open", "layers", t("view.all_open"), view("all_open"), ["g", "a"]),
    action("waiting", "clock", t("view.waiting"), view("waiting"), ["g", "w"]),
    action("mail", "mail", t("desk.mail"), () => void navigate({ to: "/desk/outbox" }), ["g", "o"]),
    action("settings", "gear", t("desk.settings"), () => void navigate({ to: "/desk/settings" }), [
      "g",
      "s",
    ]),
    action("density", "rows", t(`tickets.make.${other}`), () => setDensity(other)),
    action("dark", "moon", t("palette.dark"), () => setColorScheme("dark")),
    action("light", "moon", t("palette.light"), () => setColorScheme("light")),
    action("help", "keyboard", t("desk.keys"), () => dialogs.open("help"), ["?"]),
  ];
}

function useTeamOptions(): PaletteOption[] {
  const navigate = useNavigate();
  return useTeams().map((team) => ({
    id: `team-${team.id}`,
    sign: <TeamSquare color={team.color} />,
    label: team.name,
    run: () => void navigate({ to: "/desk/tickets", search: { team: String(team.id) } }),
  }));
}

function useTicketOptions(words: string): PaletteOption[] {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const found = useQuery({
    ...ticketSearchQuery(words, SHOWN_TICKETS),
    enabled: words.length > 0,
    placeholderData: keepPreviousData,
  });
  const all: PaletteOption = {
    id: "all-tickets",
    sign: <Icon name="search" />,
    label: t("palette.searchAll", { words }),
    run: () => void navigate({ to: "/desk/tickets", search: { view: "all", q: words } }),
  };
  const rows = (found.data ?? []).map((row) => ({
    id: `ticket-${row.number}`,
    sign: <StatusIcon category={row.status.category} />,
    label: row.subject,
    marked: "match" in row ? row.match?.subject : undefined,
    hint: `#${row.number}`,
    under: <TicketUnder row={row} />,
    end: <RelativeTime at={momentOf(row)} />,
    run: () => void navigate({ to: "/desk/tickets/$number", params: { number: row.number } }),
  }));
  return [...rows, all];
}

/** When the words were written; of a ticket found by its number, when it changed. */
function momentOf(row: TicketRow | Ticket): string {
  return ("match" in row && row.match?.at) || row.updated_at;
}

/** Who asked, how it stands, and where the words are. */
function TicketUnder({ row }: { row: TicketRow | Ticket }) {
  return (
    <>
      <bdi>{row.requester.name}</bdi>
      <span aria-hidden="true">·</span>
      <span>{row.status.name}</span>
      <span aria-hidden="true">·</span>
      <RowExcerpt row={row} className="cut" />
    </>
  );
}

function usePeopleOptions(words: string): PaletteOption[] {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const found = useQuery({
    ...contactsQuery(words),
    enabled: words.length > 0,
    placeholderData: keepPreviousData,
  });
  return (found.data ?? []).slice(0, SHOWN_PEOPLE).map((contact) => ({
    id: `contact-${contact.id}`,
    sign: <Avatar id={contact.id} name={contact.name} />,
    label: contact.name,
    hint: [t("palette.contact"), contact.organization?.name].filter(Boolean).join(", "),
    run: () =>
      void navigate({
        to: "/desk/tickets",
        search: { view: "all", requester: String(contact.id) },
      }),
  }));
}
