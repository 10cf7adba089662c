import type { Query, QueryClient, QueryKey } from "@tanstack/react-query";
import policy from "@/lib/livePolicy.json";
import type { LiveChange } from "@/lib/liveSocket";
import { RefetchQueue } from "@/lib/refetchQueue";
import type { Feature, FetchRate, LiveRows, LiveRules } from "../feature";

/** What a change made old, as the features say. */
export function staleKeys(
  features: readonly Feature[],
  change: LiveChange,
  queryClient: QueryClient,
): QueryKey[] {
  return features.flatMap(({ live }) => live?.staleKeys?.(change, queryClient) ?? []);
}

/**
 * Keeps the cache true to what others do. Rows are taken from the frames; what these cannot tell is
 * fetched in turns, at rates that livePolicy.json sets, and only where it is shown.
 */
export class Refresher {
  private readonly old = new Map<string, QueryKey>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private resyncTimer: ReturnType<typeof setTimeout> | undefined;
  private awaitsResync = false;
  private readonly rows: LiveRows[];
  private readonly rates: Record<string, FetchRate>;
  private readonly queues: Record<FetchRate, RefetchQueue> = {
    lists: this.makeQueue(policy.listOrCountEveryMs, policy.spreadMs, true),
    ticket: this.makeQueue(policy.ticketEveryMs, policy.ticketSpreadMs),
    other: this.makeQueue(policy.otherEveryMs, policy.spreadMs),
  };
  private readonly silence: () => void;

  constructor(
    private readonly features: readonly Feature[],
    private readonly queryClient: QueryClient,
    me: number,
  ) {
    const rules = features.flatMap(({ live }): LiveRules[] => (live ? [live] : []));
    this.rates = Object.assign({}, ...rules.map((one) => one.rates));
    const host = { queryClient, me, mark: this.mark };
    this.rows = rules.flatMap((one) => one.createRows?.(host) ?? []);
    this.silence = queryClient.getQueryCache().subscribe((event) => {
      if (event.type !== "updated" || event.action.type !== "fetch") return;
      // The next page of a list brings nothing new of the pages before it.
      if (event.action.meta?.fetchMore) return;
      for (const queue of this.everyQueue()) queue.forget(event.query.queryHash);
    });
    document.addEventListener("visibilitychange", this.seen);
  }

  /** Takes the changes of one frame. */
  add(changes: readonly LiveChange[], gathered: boolean): void {
    for (const rows of this.rows) rows.add(changes, gathered);
    for (const change of changes) {
      for (const key of staleKeys(this.features, change, this.queryClient)) {
        this.old.set(JSON.stringify(key), key);
      }
    }
    if (!document.hidden) this.timer ??= setTimeout(this.flush, policy.gatherMs);
  }

  /** Too much was missed: all that is shown is fetched again, not by all browsers at once. */
  resync(): void {
    for (const rows of this.rows) rows.forget();
    this.old.clear();
    this.awaitsResync = true;
    this.resyncTimer ??= setTimeout(this.fetchAll, Math.random() * policy.resyncSpreadMs);
  }

  stop(): void {
    clearTimeout(this.timer);
    clearTimeout(this.resyncTimer);
    document.removeEventListener("visibilitychange", this.seen);
    for (const queue of this.everyQueue()) queue.stop();
    for (const rows of this.rows) rows.stop();
    this.silence();
  }

  private readonly seen = (): void => {
    if (document.hidden) return;
    if (this.awaitsResync && this.resyncTimer === undefined) this.fetchAll();
    this.flush();
    for (const queue of this.everyQueue()) queue.seen();
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
    const old = [...this.old.values()];
    this.old.clear();
    for (const rows of this.rows) rows.apply();
    for (const key of old) this.markAll(key);
  };

  private markAll(queryKey: QueryKey): void {
    const rate = this.rates[String(queryKey[0])] ?? "other";
    for (const query of this.queryClient.getQueryCache().findAll({ queryKey })) {
      // A key that names more than one query stands for all of them, which go together.
      this.mark(query, rate, queryKey.length < query.queryKey.length);
    }
  }

  /** What is not shown is fetched when it is; what is gets its turn. */
  private readonly mark = (query: Query, rate: FetchRate, together = false): void => {
    query.invalidate();
    if (query.isActive()) this.queues[rate].mark(query.queryHash, together);
  };

  private makeQueue(everyMs: number, spreadMs: number, oneByOne = false): RefetchQueue {
    return new RefetchQueue({ everyMs, spreadMs, oneByOne, run: (hash) => this.fetch(hash) });
  }

  private everyQueue(): RefetchQueue[] {
    return Object.values(this.queues);
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
