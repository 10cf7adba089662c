import type { Query, QueryClient, QueryKey } from "@tanstack/react-query";
import { tagsQuery } from "@/api/directory";
import { directoryInvalidations } from "@/features/directory/live";
import { mailInvalidations } from "@/features/mail/live";
import { settingsInvalidations } from "@/features/settings/live";
import { ticketKeys } from "@/features/tickets/api";
import { LiveLists } from "@/features/tickets/liveLists";
import { gatherNews, type TicketNews } from "@/features/tickets/news";
import { altersCounts, altersEveryList, queriesOf } from "@/features/tickets/staleQueries";
import policy from "@/lib/livePolicy.json";
import type { LiveChange } from "@/lib/liveSocket";
import { Turns } from "@/lib/turns";

/** What a change made old beside tickets, their lists and their counts. */
export function otherInvalidations(change: LiveChange, knownTags?: readonly string[]): QueryKey[] {
  return [
    ...mailInvalidations(change),
    ...directoryInvalidations(change, knownTags),
    ...settingsInvalidations(change),
  ];
}

/**
 * Keeps the cache true to what others do. Rows are taken from the frames; what these cannot tell is
 * fetched in turns, at rates that livePolicy.json sets, and only where it is shown.
 */
export class Refresher {
  private readonly news = new Map<number, TicketNews>();
  private readonly old = new Map<string, QueryKey>();
  private hasLostNews = false;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private resyncTimer: ReturnType<typeof setTimeout> | undefined;
  private awaitsResync = false;
  private readonly lists: LiveLists;
  private readonly listsAndCounts = this.turns(policy.listOrCountEveryMs, policy.spreadMs, true);
  private readonly tickets = this.turns(policy.ticketEveryMs, policy.ticketSpreadMs);
  private readonly others = this.turns(policy.otherEveryMs, policy.spreadMs);
  private readonly silence: () => void;

  constructor(
    private readonly queryClient: QueryClient,
    me: number,
  ) {
    this.lists = new LiveLists(queryClient, me, (query, together) =>
      this.mark(query, this.listsAndCounts, together),
    );
    this.silence = queryClient.getQueryCache().subscribe((event) => {
      if (event.type !== "updated" || event.action.type !== "fetch") return;
      // The next page of a list brings nothing new of the pages before it.
      if (event.action.meta?.fetchMore) return;
      for (const turns of this.everyTurns()) turns.forget(event.query.queryHash);
    });
    document.addEventListener("visibilitychange", this.seen);
  }

  /** Takes the changes of one frame. */
  add(changes: readonly LiveChange[], gathered: boolean): void {
    gatherNews(this.news, changes, gathered);
    if (this.news.size > policy.heldTickets) {
      this.news.clear();
      this.hasLostNews = true;
    }
    const tags = this.queryClient.getQueryData(tagsQuery.queryKey);
    for (const change of changes) {
      const keys = otherInvalidations(change, tags);
      if (altersCounts(change)) keys.push(ticketKeys.counts);
      if (altersEveryList(change)) keys.push(ticketKeys.lists);
      for (const key of keys) this.old.set(JSON.stringify(key), key);
    }
    if (!document.hidden) this.timer ??= setTimeout(this.flush, policy.gatherMs);
  }

  /** Too much was missed: all that is shown is fetched again, not by all browsers at once. */
  resync(): void {
    this.news.clear();
    this.old.clear();
    this.awaitsResync = true;
    this.resyncTimer ??= setTimeout(this.fetchAll, Math.random() * policy.resyncSpreadMs);
  }

  stop(): void {
    clearTimeout(this.timer);
    clearTimeout(this.resyncTimer);
    document.removeEventListener("visibilitychange", this.seen);
    for (const turns of this.everyTurns()) turns.stop();
    this.lists.stop();
    this.silence();
  }

  private readonly seen = (): void => {
    if (document.hidden) return;
    if (this.awaitsResync && this.resyncTimer === undefined) this.fetchAll();
    this.flush();
    for (const turns of this.everyTurns()) turns.seen();
  };

  private readonly fetchAll = (): void => {
    this.resyncTimer = undefined;
    if (document.hidden) return;
    this.awaitsResync = false;
    // A fetch that is under way may have begun before what was missed, so it is begun again.
    void this.queryClient.invalidateQueries();
  };

  private readonly flush = (): void => {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (document.hidden) return;
    const news = [...this.news.values()];
    const old = [...this.old.values()];
    this.news.clear();
    this.old.clear();
    this.lists.apply(news);
    for (const one of news) {
      for (const query of queriesOf(this.queryClient, one)) this.mark(query, this.tickets);
    }
    for (const key of old) this.markAll(key);
    if (this.hasLostNews) this.markTickets();
  };

  private markTickets(): void {
    this.hasLostNews = false;
    for (const key of [ticketKeys.lists, ticketKeys.counts, ["ticket"], ["ticket-history"]]) {
      this.markAll(key);
    }
  }

  private markAll(queryKey: QueryKey): void {
    const [root] = queryKey;
    const ofTicket = root === "ticket" || root === "ticket-history" ? this.tickets : this.others;
    const turns = root === "tickets" ? this.listsAndCounts : ofTicket;
    const together = queryKey === ticketKeys.lists;
    for (const query of this.queryClient.getQueryCache().findAll({ queryKey })) {
      this.mark(query, turns, together);
    }
  }

  /** What is not shown is fetched when it is; what is gets its turn. */
  private mark(query: Query, turns: Turns, together = false): void {
    query.invalidate();
    if (query.isActive()) turns.mark(query.queryHash, together);
  }

  private turns(everyMs: number, spreadMs: number, oneByOne = false): Turns {
    return new Turns({ everyMs, spreadMs, oneByOne, run: (hash) => this.fetch(hash) });
  }

  private everyTurns(): Turns[] {
    return [this.listsAndCounts, this.tickets, this.others];
  }

  /** Begins a fetch and tells of how many requests; one that runs is left to end, and comes again. */
  private fetch(queryHash: string): number | null {
    const query = this.queryClient.getQueryCache().get(queryHash);
    if (!query?.isActive() || query.isDisabled()) return 0;
    if (query.state.fetchStatus === "fetching") return null;
    const { queryKey } = query;
    void this.queryClient.refetchQueries({ queryKey, exact: true }, { cancelRefetch: false });
    const data = query.state.data as { pages?: unknown[] } | undefined;
    return data?.pages?.length ?? 1;
  }
}
