import { queryOptions } from "@tanstack/react-query";
import { client, read } from "./client";

export const followersKey = (number: number) => ["followers", number] as const;

/** Who follows a ticket, and whether the reader does. */
export const followersQuery = (number: number) =>
  queryOptions({
    queryKey: followersKey(number),
    queryFn: () =>
      read(client.GET("/api/v1/tickets/{number}/followers", { params: { path: { number } } })),
  });
