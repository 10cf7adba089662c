import { infiniteQueryOptions, type QueryKey, useInfiniteQuery } from "@tanstack/react-query";

export const PAGE_SIZE = 50;

type Page<T> = { items: T[]; next_cursor: string | null };

/** A list that comes in pages; `load` reads the page behind a cursor. */
export function pagesQuery<T>(queryKey: QueryKey, load: (cursor?: string) => Promise<Page<T>>) {
  return infiniteQueryOptions({
    queryKey,
    queryFn: ({ pageParam }) => load(pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
}

/** The pages read so far as one list. */
export function usePages<T>(options: ReturnType<typeof pagesQuery<T>>) {
  const query = useInfiniteQuery(options);
  return { ...query, data: query.data?.pages.flatMap((page) => page.items) };
}
