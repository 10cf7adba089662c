import { useNavigate } from "@tanstack/react-router";
import { createContext, use, useCallback, useEffect, useMemo, useRef } from "react";
import { useTranslation } from "react-i18next";
import { useMe } from "@/api/session";
import { useCommands } from "@/lib/commands";
import { useListTitle } from "./components/listTitle";
import { ListBeside } from "./listBeside";
import type { Line, TicketList } from "./listSections";
import type { TicketSearch } from "./search";

/** Where a person goes once a reply is sent or a ticket has ended. */
export type AfterSend = "stay" | "next" | "list";

type Neighbours = {
  /** Opens the next ticket of the list, or the one before. */
  go: (step: 1 | -1) => void;
  /** Opens what follows `number`, if that is the open ticket still, and tells whether it did. */
  leave: (number: number, to: AfterSend) => boolean;
  /** Opens a ticket with the list beside it. */
  show: (number: number) => void;
};

const NOWHERE: Neighbours = { go: () => {}, leave: () => false, show: () => {} };
const NeighboursContext = createContext(NOWHERE);

export const NeighboursProvider = NeighboursContext;
const useNeighbours = () => use(NeighboursContext);

/** Where this person goes after a reply unless they say otherwise, and how to go there. */
export function useAfterSend() {
  const usual: AfterSend = useMe().settings.after_send;
  const { leave, show } = useNeighbours();
  return { usual, leave, show };
}

/** The rows before and after a ticket, as they stood when it was last in its list. */
type Place = { number: number; isSeen: boolean; before: number[]; after: number[] };

const NO_LIST = { search: {} as TicketSearch, list: null as TicketList | null };
/** So near to the end of what is loaded, the rest is fetched: `next` must not skip it. */
const NEAR_LINES = 4;

/** Keeps the place of the open ticket in its list, also when the ticket has left it. */
export function useOpenTicketsNeighbours(number: number): Neighbours {
  const navigate = useNavigate();
  const { search, list } = use(ListBeside) ?? NO_LIST;
  const numbers = list?.rows.map((row) => row.number) ?? [];
  const place = useRef<Place>({ number, isSeen: false, before: [], after: [] });
  const at = numbers.indexOf(number);
  if (at >= 0) {
    const [before, after] = [numbers.slice(0, at), numbers.slice(at + 1)];
    place.current = { number, isSeen: true, before, after };
  } else if (place.current.number !== number || !place.current.isSeen)
    place.current = { number, isSeen: false, before: [], after: numbers };
  useMoreRows(list?.lines, number);
  const latest = useRef({ search, numbers });
  latest.current = { search, numbers };
  const open = useRef<number | null>(null);
  useEffect(() => {
    open.current = number;
    return () => {
      open.current = null;
    };
  }, [number]);

  const show = useCallback(
    (next: number) =>
      void navigate({
        to: "/desk/tickets/$number",
        params: { number: next },
        search: latest.current.search,
        replace: true,
      }),
    [navigate],
  );
  const neighbour = useCallback((step: 1 | -1) => {
    const { before, after } = place.current;
    const there = new Set(latest.current.numbers);
    return (step === 1 ? after : before.toReversed()).find((one) => there.has(one));
  }, []);
  const leave = useCallback(
    (from: number, to: AfterSend) => {
      if (to === "stay" || open.current !== from) return false;
      const next = to === "next" ? neighbour(1) : undefined;
      if (next === undefined) void navigate({ to: "/desk/tickets", search: latest.current.search });
      else show(next);
      return true;
    },
    [navigate, neighbour, show],
  );
  const go = useCallback(
    (step: 1 | -1) => {
      const next = neighbour(step);
      if (next !== undefined) show(next);
    },
    [neighbour, show],
  );
  return useMemo(() => ({ go, leave, show }), [go, leave, show]);
}

function useMoreRows(lines: Line[] | undefined, number: number) {
  const at = lines?.findIndex((line) => line.kind === "row" && line.row.number === number) ?? -1;
  const near = at < 0 ? [] : (lines?.slice(at, at + NEAR_LINES) ?? []);
  const more = near.find((line) => line.kind === "more");
  const key = more && `${more.key}-${more.section.rows.length}`;
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for what is loaded, not for each render
  useEffect(() => more?.section.fetchMore(), [key]);
}

/** `j` and `k` open the next ticket and the one before, `u` the list. */
export function NeighbourKeys() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { go } = useNeighbours();
  const { search } = use(ListBeside) ?? NO_LIST;
  useCommands({
    title: useListTitle(search),
    commands: [
      { id: "next", icon: "down", label: t("command.next"), key: "j", run: () => go(1) },
      { id: "previous", icon: "up", label: t("command.previous"), key: "k", run: () => go(-1) },
      {
        id: "back",
        icon: "left",
        label: t("command.back"),
        key: "u",
        run: () => void navigate({ to: "/desk/tickets", search }),
      },
    ],
  });
  return null;
}
