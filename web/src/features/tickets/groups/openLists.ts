import {
  InfiniteQueryObserver,
  type QueryClient,
  type QueryKey,
  useQueryClient,
} from "@tanstack/react-query";
import { useEffect, useState, useSyncExternalStore } from "react";
import type { TicketQuery } from "@/api/types";
import { listQuery } from "../api";
import type { ListResult } from "../listSections";

type Observed = { ask: (asked: TicketQuery) => void; stop: () => void };

/** Lists that come and go with their groups: a hook for each could not follow their number. */
class OpenLists {
  private readonly observed = new Map<string, Observed>();
  private readonly listeners = new Set<() => void>();
  private results: ReadonlyMap<string, ListResult> = new Map();

  constructor(private readonly queryClient: QueryClient) {}

  /** Keeps exactly these lists, by the key of their group. */
  keep(lists: ReadonlyMap<string, TicketQuery>): void {
    for (const [key, { stop }] of this.observed) {
      if (lists.has(key)) continue;
      stop();
      this.observed.delete(key);
      this.told(key, undefined);
    }
    for (const [key, asked] of lists) {
      const held = this.observed.get(key);
      if (held) held.ask(asked);
      else this.observed.set(key, this.observe(key, asked));
    }
  }

  readonly subscribe = (listener: () => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly current = () => this.results;

  private observe(key: string, asked: TicketQuery): Observed {
    const observer = new InfiniteQueryObserver(this.queryClient, listQuery(asked));
    const tell = () => this.told(key, observer.getCurrentResult() as ListResult);
    const stop = observer.subscribe(tell);
    tell();
    let shown: QueryKey = listQuery(asked).queryKey;
    const ask = (next: TicketQuery) => {
      const options = listQuery(next);
      if (JSON.stringify(options.queryKey) === JSON.stringify(shown)) return;
      shown = options.queryKey;
      observer.setOptions(options);
      tell();
    };
    return { ask, stop };
  }

  private told(key: string, result: ListResult | undefined): void {
    const next = new Map(this.results);
    if (result) next.set(key, result);
    else next.delete(key);
    this.results = next;
    for (const listener of this.listeners) listener();
  }
}

/** What is known of the lists of these groups, by the key of each. */
export function useOpenLists(lists: ReadonlyMap<string, TicketQuery>) {
  const queryClient = useQueryClient();
  const [open] = useState(() => new OpenLists(queryClient));
  const asked = JSON.stringify([...lists]);
  useEffect(() => open.keep(new Map(JSON.parse(asked))), [open, asked]);
  useEffect(() => () => open.keep(new Map()), [open]);
  return useSyncExternalStore(open.subscribe, open.current);
}
