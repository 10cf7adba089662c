import {
  type InfiniteData,
  type QueryClient,
  type QueryKey,
  useMutation,
  useQueryClient,
} from "@tanstack/react-query";
import { client, read, type Written, write } from "@/api/client";
import { withNotices } from "@/api/notice";
import { asProblem, ProblemError } from "@/api/problem";
import type { Ticket, TicketChange, TicketPage, TicketRow } from "@/api/types";
import { offerUndo } from "@/api/undo";
import { i18next } from "@/app/i18n";
import { toast } from "@/lib/toast";
import { threadOf, ticketKeys } from "./api";
import { type Shown, table } from "./properties";
import { withResolution } from "./resolutionAsked";

type Change = { patch: TicketChange; shown: Shown; done: string };

const VERSION_CONFLICT = 412;

/** Under this a ticket's own changes wait for each other; `liveLists.ts` leaves its row alone meanwhile. */
export const patchScope = (number: number) => `ticket-${number}`;

/** Changes a ticket at once on the screen, then on the server; a refusal puts it back and says why. */
export function useTicketPatch(number: number) {
  const queryClient = useQueryClient();
  return useMutation({
    // One after the other: each needs the version the one before it made.
    scope: { id: patchScope(number) },
    mutationFn: (change: Change) => patchTicket(queryClient, number, change.patch),
    onMutate: (change) => showAtOnce(queryClient, number, change.shown),
    onSuccess: ({ data, changeId }, change) => {
      keepThread(queryClient, data);
      if (changeId !== null)
        offerUndo(queryClient, { changeId, message: withNotices(change.done, data.notices) });
    },
    onError: (error, _change, before) => {
      before?.putBack();
      toast.show({ message: asProblem(error).message, tone: "bad" });
    },
    onSettled: () => refresh(queryClient, number),
  });
}

async function patchTicket(
  queryClient: QueryClient,
  number: number,
  patch: TicketChange,
): Promise<Written<Ticket>> {
  const base = queryClient.getQueryData<Ticket>(ticketKeys.ticket(number));
  try {
    return await send(number, { ...patch, version: base?.version });
  } catch (error) {
    if (!(error instanceof ProblemError) || error.status !== VERSION_CONFLICT) throw error;
    const fresh = await read(
      client.GET("/api/v1/tickets/{number}", { params: { path: { number } } }),
    );
    const baseline = baselines.get(queryClient)?.get(number);
    if (!baseline || touchesSame(patch, baseline, fresh)) {
      queryClient.setQueryData(ticketKeys.ticket(number), fresh);
      throw new ProblemError({ ...error.problem, detail: i18next.t("ticket.changedMeanwhile") });
    }
    // Somebody changed another field (or the requester wrote): this change still means the same.
    return send(number, { ...patch, version: fresh.version });
  }
}

function send(number: number, body: TicketChange): Promise<Written<Ticket>> {
  const params = { path: { number } };
  return withResolution((resolution) =>
    write(
      client.PATCH("/api/v1/tickets/{number}", {
        params,
        body: resolution ? { ...body, resolution } : body,
      }),
    ),
  );
}

/** Whether a change sets what somebody else has set meanwhile. */
function touchesSame(patch: TicketChange, seen: Ticket, fresh: Ticket): boolean {
  return Object.values(table).some(
    ({ field, valueIn }) => field in patch && valueIn(seen) !== valueIn(fresh),
  );
}

/** The tickets as they were seen when the person decided, by cache. */
const baselines = new WeakMap<QueryClient, Map<number, Ticket>>();

function rememberBaseline(queryClient: QueryClient, ticket: Ticket) {
  const held = baselines.get(queryClient) ?? new Map<number, Ticket>();
  held.set(ticket.number, ticket);
  baselines.set(queryClient, held);
}

type Lists = InfiniteData<TicketPage>;

async function showAtOnce(queryClient: QueryClient, number: number, shown: Shown) {
  await queryClient.cancelQueries({ queryKey: ticketKeys.ticket(number) });
  const ticket = queryClient.getQueryData<Ticket>(ticketKeys.ticket(number));
  const rows = heldRows(queryClient, number);
  if (ticket) {
    rememberBaseline(queryClient, ticket);
    queryClient.setQueryData<Ticket>(ticketKeys.ticket(number), { ...ticket, ...shown });
  }
  queryClient.setQueriesData<Lists>({ queryKey: ticketKeys.lists }, (data) =>
    withRow(data, number, shown),
  );
  return {
    putBack: () => {
      if (ticket) {
        queryClient.setQueryData<Ticket>(ticketKeys.ticket(number), (held) =>
          held && held.version > ticket.version ? held : ticket,
        );
      }
      for (const [key, row] of rows) {
        queryClient.setQueryData<Lists>(key, (data) => withRow(data, number, row));
      }
    },
  };
}

/** The ticket's row in each list: the others may have changed by the time this one is put back. */
function heldRows(queryClient: QueryClient, number: number): [QueryKey, TicketRow][] {
  return queryClient
    .getQueriesData<Lists>({ queryKey: ticketKeys.lists })
    .flatMap(([key, data]): [QueryKey, TicketRow][] => {
      const row = data?.pages?.flatMap((page) => page.items).find((one) => one.number === number);
      return row ? [[key, row]] : [];
    });
}

function withRow(data: Lists | undefined, number: number, shown: Shown): Lists | undefined {
  if (!data?.pages) return data;
  return {
    ...data,
    pages: data.pages.map((page) => ({
      ...page,
      items: page.items.map((row) => (row.number === number ? { ...row, ...shown } : row)),
    })),
  };
}

/** A PATCH answers without the thread; what is shown of it stays. */
function keepThread(queryClient: QueryClient, ticket: Ticket) {
  queryClient.setQueryData<Ticket>(ticketKeys.ticket(ticket.number), (held) =>
    held ? { ...ticket, ...threadOf(held) } : held,
  );
}

async function refresh(queryClient: QueryClient, number: number): Promise<void> {
  await Promise.all([
    queryClient.invalidateQueries({ queryKey: ticketKeys.ticket(number) }),
    queryClient.invalidateQueries({ queryKey: ticketKeys.history(number) }),
    queryClient.invalidateQueries({ queryKey: ticketKeys.lists }),
    queryClient.invalidateQueries({ queryKey: ticketKeys.counts }),
  ]);
}
