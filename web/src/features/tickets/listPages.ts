import type { TicketPage, TicketRow } from "@/api/types";
import {
  type Asked,
  belongs,
  compareMoments,
  mayBeFound,
  orderOfList,
  type Reader,
} from "./listRules";

/** A page with the row that it ended with when it was fetched, which is where its cursor stands. */
export type ListedPage = TicketPage & { ends_with?: TicketRow };

/** What is known of one ticket after a change. */
export type RowNews = {
  number: number;
  /** Undefined when this person sees the ticket no more. */
  row: TicketRow | undefined;
  fields: ReadonlySet<string>;
};

/** The pages after a change; not `certain` when only the server can tell what they hold now. */
export type Placed = { pages: ListedPage[]; certain: boolean };

/** Puts a changed ticket where it belongs in the pages loaded so far, which stay as they end. */
export function placeRow(
  pages: ListedPage[],
  asked: Asked,
  { number, row, fields }: RowNews,
  reader: Reader,
): Placed {
  const held = pages.flatMap((page) => page.items).find((one) => one.number === number);
  if (row && held && isOlder(row, held)) return { pages, certain: true };
  const isIn = row ? belongs(asked, row, reader) : false;
  if (isIn === null) return { pages, certain: false };
  if (!row || !isIn) return { pages: held ? without(pages, number) : pages, certain: true };
  if (asked.q) return amongFound(pages, asked, { number, row, fields }, held);
  const order = orderOfList(asked);
  if (!order) return { pages, certain: false };
  const end = endOf(pages);
  if (end === undefined) return { pages, certain: false };
  const rest = held ? without(pages, number) : pages;
  if (end !== null && order(row, end) > 0) return { pages: rest, certain: true };
  return { pages: inserted(rest, row, order), certain: true };
}

/** Rows are told in order, but one that a fetch brought may be newer than one on its way. */
function isOlder(row: TicketRow, held: TicketRow): boolean {
  const order = compareMoments(row.updated_at, held.updated_at);
  return order < 0 || (order === 0 && row.version < held.version);
}

/** Where what is loaded ends: null for a whole list, undefined when that is not known. */
function endOf(pages: ListedPage[]): TicketRow | null | undefined {
  const last = pages.at(-1);
  return last?.next_cursor ? last.ends_with : null;
}

/** In a list of words a row stays where it was found; whether it is found anew the server tells. */
function amongFound(
  pages: ListedPage[],
  asked: Asked,
  { number, row, fields }: RowNews,
  held: TicketRow | undefined,
): Placed {
  const certain = !mayBeFound(asked, fields);
  if (!held || !row) return { pages, certain };
  const shown = { ...row, match: held.match };
  return { pages: mapRows(pages, number, () => [shown]), certain };
}

function without(pages: ListedPage[], number: number): ListedPage[] {
  return mapRows(pages, number, () => []);
}

/** Replaces a ticket's row wherever it stands; pages without it stay the same objects. */
export function mapRows(
  pages: ListedPage[],
  number: number,
  change: (row: TicketRow) => TicketRow[],
): ListedPage[] {
  return pages.map((page) =>
    page.items.some((row) => row.number === number)
      ? {
          ...page,
          items: page.items.flatMap((row) => (row.number === number ? change(row) : [row])),
        }
      : page,
  );
}

function inserted(
  pages: ListedPage[],
  row: TicketRow,
  order: (one: TicketRow, other: TicketRow) => number,
): ListedPage[] {
  const found = pages.findIndex((page) => page.items.some((one) => order(row, one) < 0));
  const at = found < 0 ? pages.length - 1 : found;
  return pages.map((page, index) => {
    if (index !== at) return page;
    const place = page.items.findIndex((one) => order(row, one) < 0);
    const items = page.items.toSpliced(place < 0 ? page.items.length : place, 0, row);
    return { ...page, items };
  });
}
