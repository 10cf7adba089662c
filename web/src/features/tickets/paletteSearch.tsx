import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { contactsQuery, useTeams } from "@/api/directory";
import type { Ticket, TicketRow } from "@/api/types";
import type { PaletteGroup, PaletteOption } from "@/app/feature";
import { ranked } from "@/lib/ranking";
import { Avatar } from "@/ui/Avatar";
import { Icon } from "@/ui/Icon";
import { RelativeTime } from "@/ui/RelativeTime";
import { StatusIcon, TeamSquare } from "@/ui/TicketIcons";
import { ticketSearchQuery } from "./api";
import { RowExcerpt } from "./components/rowParts";

const SHOWN_TICKETS = 6;
const SHOWN_PEOPLE = 4;

/** Teams, tickets and people for the words typed in the palette. */
export function useTicketPalette(query: string, words: string): PaletteGroup[] {
  const { t } = useTranslation();
  const teams = useTeamOptions();
  const tickets = useTicketOptions(words);
  const people = usePeopleOptions(words);
  return [
    {
      title: t("palette.teams"),
      options: query ? ranked(teams, query, (option) => [option.label]) : [],
    },
    { title: t("palette.tickets"), options: words ? tickets : [] },
    { title: t("palette.people"), options: words ? people : [] },
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
