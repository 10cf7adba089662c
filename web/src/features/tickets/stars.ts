import { type QueryClient, queryOptions, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { client, read } from "@/api/client";
import { asProblem } from "@/api/problem";
import type { Command } from "@/lib/commands";
import { toast } from "@/lib/toast";
import { ticketKeys } from "./api";
import { keyOf } from "./ticketKeys";
import { viewQueryKeys } from "./views/api";

const starsKey = ["stars"] as const;

/** The tickets that the reader starred. Other windows learn of a star when they are looked at again. */
const starsQuery = queryOptions({
  queryKey: starsKey,
  queryFn: async () => (await read(client.GET("/api/v1/stars"))).items,
  staleTime: 60_000,
  retry: false,
});

/** Whether the reader starred a ticket. */
export const useIsStarred = (number: number) =>
  useQuery({ ...starsQuery, select: (numbers) => numbers.includes(number) }).data === true;

/** Stars a ticket for the reader alone, or takes the star away; shown at once. */
export async function turnStar(queryClient: QueryClient, number: number): Promise<void> {
  const held = await queryClient.ensureQueryData(starsQuery).catch((): number[] => []);
  const starred = held.includes(number);
  queryClient.setQueryData(
    starsQuery.queryKey,
    starred ? held.filter((one) => one !== number) : [number, ...held],
  );
  const path = { params: { path: { number } } };
  try {
    await read(
      starred
        ? client.DELETE("/api/v1/tickets/{number}/star", path)
        : client.PUT("/api/v1/tickets/{number}/star", path),
    );
  } catch (error) {
    toast.show({ message: asProblem(error).message, tone: "bad" });
  }
  const old = [starsKey, ticketKeys.lists, viewQueryKeys.counts];
  await Promise.all(old.map((queryKey) => queryClient.invalidateQueries({ queryKey })));
}

/** The star of the open ticket, by key, in its menu and in the palette. */
export function useStarCommand(number: number): Command {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  return {
    id: "star",
    icon: "star",
    key: keyOf.star,
    label: t(useIsStarred(number) ? "star.remove" : "star.add"),
    run: () => void turnStar(queryClient, number),
  };
}
