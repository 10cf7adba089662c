import { useTranslation } from "react-i18next";
import type { MarkedText, SearchResult, TicketRow } from "@/api/types";
import { directionOf } from "@/lib/direction";
import { Icon } from "@/ui/Icon";
import { Marked } from "@/ui/Marked";

export type FoundContact = NonNullable<SearchResult["contacts"]>["items"][number];
export type FoundOrganization = NonNullable<SearchResult["organizations"]>["items"][number];
export type FoundFile = NonNullable<SearchResult["attachments"]>["items"][number];

export const textOf = (parts: readonly MarkedText[]) => parts.map(({ text }) => text).join("");

/** Where the words are in a ticket, with a lock when that is a note; without a match its first words. */
export function HitExcerpt({ row }: { row: TicketRow }) {
  const { t } = useTranslation();
  if (!row.match) return <span dir={directionOf(row.preview)}>{row.preview}</span>;
  const { kind, excerpt } = row.match;
  return (
    <span dir={directionOf(textOf(excerpt))}>
      {kind === "note" && <Icon name="lock" size={14} label={t("ticket.noteLabel")} />}
      <Marked parts={excerpt} />
    </span>
  );
}

/** When the words were written; of a ticket found by its number, when it changed. */
export const momentOf = (row: TicketRow) => row.match?.at ?? row.updated_at;
