import type { Query, QueryClient } from "@tanstack/react-query";
import { staffQuery } from "@/api/directory";
import type { Ticket, TicketRow } from "@/api/types";
import policy from "@/lib/livePolicy.json";
import { askedOf, PAGE_SIZE, ticketKeys } from "./api";
import { keptLists, pagesOf, rowsOf, writePages } from "./keptLists";
import { type ListedPage, type Placed, placeRow } from "./listPages";
import { asRow, type TicketNews, type Unread, unreadOf } from "./news";
import { patchScope } from "./patch";

const STAFF_LIMIT = 200;

type Known = Pick<TicketRow, "unread" | "starred">;

/**
 * Keeps the cached lists true to what frames tell. `mark` is handed each list of which only the
 * server can tell what it holds now; `together` when that is so of every list.
 */
export class LiveLists {
  /** For each list that is being fetched, when that began, as a count of what was applied. */
  private readonly running = new Map<string, number>();
  /** What was applied while lists were fetched: their answers may be older. */
  private readonly since = new Map<number, { at: number; news: TicketNews }>();
  /** Tickets whose unread mark is a guess until a list that shows them is fetched. */
  private readonly guessed = new Set<number>();
  private applied = 0;
  /** Every row that was shown when `apply` began, made only if it is asked for. */
  private shown: Map<number, TicketRow> | undefined;
  private readonly silence: () => void;

  constructor(
    private readonly queryClient: QueryClient,
    private readonly me: number,
    private readonly mark: (query: Query, together: boolean) => void,
  ) {
    this.silence = queryClient.getQueryCache().subscribe((event) => {
      const [root, kind] = event.query.queryKey;
      if (root !== "tickets" || kind !== "list") return;
      if (event.type === "removed") this.running.delete(event.query.queryHash);
      if (event.type === "updated") this.follow(event.query, event.action);
    });
  }

  stop(): void {
    this.silence();
  }

  /** Puts changed tickets where they belong in every list that is kept. */
  apply(news: readonly TicketNews[]): void {
    this.applied += 1;
    if (this.running.size > 0) {
      for (const one of news) this.since.set(one.number, { at: this.applied, news: one });
    }
    for (const query of keptLists(this.queryClient)) this.applyTo(query, news);
    this.shown = undefined;
  }

  /** An answer that was on its way while changes came is brought up to them. */
  private follow(query: Query, action: { type: string; manual?: boolean }): void {
    if (action.type === "fetch") this.running.set(query.queryHash, this.applied);
    if (query.state.fetchStatus !== "idle") return;
    const begun = this.running.get(query.queryHash);
    this.running.delete(query.queryHash);
    if (begun !== undefined && action.type === "success" && !action.manual) {
      for (const row of rowsOf(query)) this.guessed.delete(row.number);
      const newer = [...this.since.values()].filter(({ at }) => at > begun);
      this.applyTo(
        query,
        newer.map(({ news }) => news),
      );
      this.shown = undefined;
      this.forgetUnshown();
    }
    if (this.running.size === 0) this.since.clear();
  }

  /** Guesses about rows that no list shows any more are of no use. */
  private forgetUnshown(): void {
    if (this.guessed.size <= policy.heldTickets) return;
    const shown = this.everyRow();
    for (const number of this.guessed) if (!shown.has(number)) this.guessed.delete(number);
  }

  private applyTo(query: Query, news: readonly TicketNews[]): void {
    let pages = pagesOf(query);
    if (!pages || news.length === 0) return;
    let certain = true;
    for (const one of news) {
      if (this.isBeingChangedHere(one.number)) continue;
      const placed = this.place(query, pages, one);
      pages = placed.pages;
      certain &&= placed.certain;
    }
    const rows = pages.reduce((sum, page) => sum + page.items.length, 0);
    const isGrown = rows > pages.length * PAGE_SIZE + policy.grownRows;
    writePages(this.queryClient, query, pages);
    if (!certain || isGrown)
      this.mark(
        query,
        news.some((one) => one.untold),
      );
  }

  private place(query: Query, pages: ListedPage[], news: TicketNews): Placed {
    if (news.untold) return { pages, certain: !isShown(news.fields) };
    const { number, fields } = news;
    const unread = news.row && this.unreadOf(pages, news);
    const asked = askedOf(query.queryKey);
    // A star is the reader's own, which no frame tells.
    const starred = news.row && (this.rowOf(pages, number) ?? this.opened(number))?.starred;
    const row =
      news.row && unread && withFields(asRow(news.row, unread.unread, starred), asked.fields);
    // Long values of custom fields are not told: a list that shows some asks for them.
    const isWhole = !asked.fields || !news.row || Boolean(news.row.fields);
    const { pages: next, certain } = placeRow(
      pages,
      asked,
      { number, row, fields },
      { me: this.me, now: Date.now() },
    );
    const placed = { pages: next, certain: certain && (isWhole || next === pages) };
    if (!unread || unread.certain || placed.pages === pages) return placed;
    const isIn = placed.pages.some((page) => page.items.some((held) => held.number === number));
    if (isIn) this.guessed.add(number);
    return { pages: placed.pages, certain: placed.certain && !isIn };
  }

  private unreadOf(pages: readonly ListedPage[], news: TicketNews): Unread {
    const { number } = news;
    const row = this.rowOf(pages, number);
    const known = row ?? this.opened(number);
    // An open ticket is fetched after its news: its mark may be older than they are.
    const certain = row !== undefined && !this.guessed.has(number);
    const before = known && { unread: known.unread, certain };
    const unread = unreadOf(news, before, this.staff(), this.me);
    if (unread.certain) this.guessed.delete(number);
    return unread;
  }

  /** What the list has of a ticket that only its reader knows; else another list. */
  private rowOf(pages: readonly ListedPage[], number: number): Known | undefined {
    const held = pages.flatMap((page) => page.items).find((row) => row.number === number);
    if (held) return held;
    this.shown ??= this.everyRow();
    return this.shown.get(number);
  }

  private opened(number: number): Known | undefined {
    return this.queryClient.getQueryData<Ticket>(ticketKeys.ticket(number));
  }

  private everyRow(): Map<number, TicketRow> {
    const rows = keptLists(this.queryClient).flatMap(rowsOf);
    return new Map(rows.map((row) => [row.number, row]));
  }

  /** The staff's ids, where all of them are known. */
  private staff(): ReadonlySet<number> | undefined {
    const people = this.queryClient.getQueryData(staffQuery.queryKey);
    if (!people || people.length >= STAFF_LIMIT) return undefined;
    return new Set([this.me, ...people.map((person) => person.id)]);
  }

  /** A change of one's own that is under way is shown already, and fetched when it is answered. */
  private isBeingChangedHere(number: number): boolean {
    const id = patchScope(number);
    return (
      this.queryClient.isMutating({ predicate: ({ options }) => options.scope?.id === id }) > 0
    );
  }
}

/** A change of mail or of files alone alters no row. */
/** A row as its list would be told it: with the values of the custom fields that it shows, and no others. */
function withFields({ fields, ...row }: TicketRow, asked: string | null | undefined): TicketRow {
  if (!asked) return row;
  if (!fields) return { ...row, fields };
  const shown = asked.split(",").filter((key) => key in fields);
  return { ...row, fields: Object.fromEntries(shown.map((key) => [key, fields[key]])) };
}

function isShown(fields: ReadonlySet<string>): boolean {
  return [...fields].some((field) => field !== "mail" && field !== "attachments");
}
