import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { searchQuery } from "@/api/search";
import { useMe } from "@/api/session";
import type { SearchResult, TicketRow } from "@/api/types";
import type { PaletteGroup, PaletteOption } from "@/app/feature";
import { Avatar } from "@/ui/Avatar";
import { Icon } from "@/ui/Icon";
import { RelativeTime } from "@/ui/RelativeTime";
import { StatusIcon } from "@/ui/TicketIcons";
import { HitExcerpt, momentOf, textOf } from "./hits";
import { keepSearch } from "./recentSearches";

const SHOWN = 6;
const SHOWN_NAMES = 4;

/** Tickets, people, organizations and files that hold the words typed in the palette. */
export function useFoundPalette(_query: string, words: string): PaletteGroup[] {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { id } = useMe().person;
  const { data } = useQuery(searchQuery({ q: words, limit: SHOWN }));
  const names = useNameGroups(words ? data : undefined);
  if (!words) return [];
  const everything: PaletteOption = {
    id: "all-results",
    sign: <Icon name="search" />,
    label: t("palette.searchAll", { words }),
    run: () => {
      keepSearch(id, words);
      void navigate({ to: "/desk/search", search: { q: words } });
    },
  };
  const tickets = (data?.tickets?.items ?? []).map((row) => ({
    id: `ticket-${row.number}`,
    sign: (
      <StatusIcon category={row.status.category} color={row.status.color} label={row.status.name} />
    ),
    label: row.subject,
    marked: row.match?.subject,
    hint: `#${row.number}`,
    under: <TicketUnder row={row} />,
    end: <RelativeTime at={momentOf(row)} />,
    run: () => void navigate({ to: "/desk/tickets/$number", params: { number: row.number } }),
  }));
  const title = data?.corrected
    ? t("palette.corrected", { ...data.corrected })
    : t("palette.tickets");
  return [
    { title, options: tickets },
    ...names,
    { title: t("search.title"), options: [everything] },
  ];
}

/** Who asked, how it stands, and where the words are. */
function TicketUnder({ row }: { row: TicketRow }) {
  return (
    <>
      <bdi>{row.requester.name}</bdi>
      <span aria-hidden="true">·</span>
      <span>{row.status.name}</span>
      <span aria-hidden="true">·</span>
      <span className="cut">
        <HitExcerpt row={row} />
      </span>
    </>
  );
}

function useNameGroups(found: SearchResult | undefined): PaletteGroup[] {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const contacts = found?.contacts?.items.slice(0, SHOWN_NAMES) ?? [];
  const organizations = found?.organizations?.items.slice(0, SHOWN_NAMES) ?? [];
  const files = found?.attachments?.items.slice(0, SHOWN_NAMES) ?? [];
  return [
    {
      title: t("palette.people"),
      options: contacts.map((one) => ({
        id: `contact-${one.id}`,
        sign: <Avatar id={one.id} name={textOf(one.name)} />,
        label: textOf(one.name),
        marked: one.name,
        hint: [t("palette.contact"), ...one.phones.map(textOf), one.organization?.name]
          .filter(Boolean)
          .join(", "),
        run: () =>
          void navigate({
            to: "/desk/contacts/$contactId",
            params: { contactId: String(one.id) },
            search: {},
          }),
      })),
    },
    {
      title: t("palette.organizations"),
      options: organizations.map((one) => ({
        id: `organization-${one.id}`,
        sign: <Icon name="home" />,
        label: textOf(one.name),
        marked: one.name,
        hint: one.domains.map(textOf).join(", "),
        run: () =>
          void navigate({
            to: "/desk/organizations/$organizationId",
            params: { organizationId: String(one.id) },
            search: {},
          }),
      })),
    },
    {
      title: t("palette.files"),
      options: files.map((one) => ({
        id: `file-${one.id}`,
        sign: <Icon name="clip" />,
        label: textOf(one.filename),
        marked: one.filename,
        hint: t("palette.onTicket", { number: String(one.ticket_number) }),
        run: () =>
          void navigate({ to: "/desk/tickets/$number", params: { number: one.ticket_number } }),
      })),
    },
  ];
}
