import type { LiveRows, RefreshHost } from "@/app/feature";
import policy from "@/lib/livePolicy.json";
import type { LiveChange } from "@/lib/liveSocket";
import { ticketKeys } from "./api";
import { LiveLists } from "./liveLists";
import { gatherNews, type TicketNews } from "./news";
import { queriesOf } from "./staleQueries";

/** Takes the tickets' rows out of live frames, for every list and for the open ticket. */
export class LiveTickets implements LiveRows {
  private readonly news = new Map<number, TicketNews>();
  private readonly lists: LiveLists;
  private hasLostNews = false;

  constructor(private readonly host: RefreshHost) {
    this.lists = new LiveLists(host.queryClient, host.me, (query, together) =>
      host.mark(query, "lists", together),
    );
  }

  add(changes: readonly LiveChange[], gathered: boolean): void {
    gatherNews(this.news, changes, gathered);
    if (this.news.size <= policy.heldTickets) return;
    this.news.clear();
    this.hasLostNews = true;
  }

  apply(): void {
    const news = [...this.news.values()];
    this.news.clear();
    this.lists.apply(news);
    for (const one of news) {
      for (const query of queriesOf(this.host.queryClient, one)) this.host.mark(query, "ticket");
    }
    if (this.hasLostNews) this.markEverything();
  }

  forget(): void {
    this.news.clear();
  }

  stop(): void {
    this.lists.stop();
  }

  private markEverything(): void {
    this.hasLostNews = false;
    const cache = this.host.queryClient.getQueryCache();
    for (const query of cache.findAll({ queryKey: ticketKeys.lists })) {
      this.host.mark(query, "lists", true);
    }
    for (const query of cache.findAll({ queryKey: ticketKeys.counts })) {
      this.host.mark(query, "lists");
    }
    for (const root of ["ticket", "ticket-history"]) {
      for (const query of cache.findAll({ queryKey: [root] })) this.host.mark(query, "ticket");
    }
  }
}
