import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { readersZone } from "@/lib/timeZone";
import { client, read } from "./client";
import type { SearchKind, SearchResult, SearchSort } from "./types";

type AskedSearch = { q: string; kinds?: readonly SearchKind[]; sort?: SearchSort; limit: number };

/** What of each kind holds the words, at most `limit` of each. */
export function searchQuery({ q, kinds, sort, limit }: AskedSearch) {
  return queryOptions({
    queryKey: ["search", q, kinds, sort, limit] as const,
    queryFn: ({ signal }): Promise<SearchResult> =>
      read(
        client.GET("/api/v1/search", {
          params: { query: { q, kinds: kinds?.join(","), sort, limit, zone: readersZone() } },
          signal,
        }),
      ),
    enabled: q.trim() !== "",
    placeholderData: keepPreviousData,
    retry: false,
  });
}
