import type { ChangeItem, MessageItem, OutboxItem, Ticket, TicketChange } from "@/api/types";
import type { People } from "@/features/tickets/recipients";
import { absenceRoutes } from "./absences";
import { accessRoutes } from "./access";
import { createDrafts } from "./drafts";
import { balance, incoming, kept, mailState, outbox, rules } from "./mails";
import { contacts, lifecycleRules, me, resolutions, staff, statuses, teams } from "./people";
import { mailboxRoutes } from "./receiving";
import { completionsOf, matchOf, searchAnswer, wordsOf } from "./search";
import { sendingRoutes } from "./sending";
import { freshTickets, message } from "./tickets";
import { builtInViews } from "./views";

type Handler = (call: Call) => unknown;
type Call = { path: string[]; query: URLSearchParams; body: never; headers: Headers };

/** An answer with a JSON body. */
export const json = (body: unknown, status = 200, headers: Record<string, string> = {}) =>
  new Response(body === undefined ? null : JSON.stringify(body), {
    status,
    headers: {
      "content-type": status < 400 ? "application/json" : "application/problem+json",
      ...headers,
    },
  });

/** A problem as the API would tell it. */
export const problem = (status: number, code: string, detail: string, extra: object = {}) =>
  json({ type: "about:blank", title: code, status, code, detail, ...extra }, status);

/** Who a reply goes to, the requester alone unless it says otherwise. */
function peopleOf(ticket: Ticket, asked: Partial<People>): People {
  const { name, email } = ticket.requester;
  const requester = email ? [{ name, address: email }] : [];
  return { to: asked.to ?? requester, cc: asked.cc ?? [], bcc: asked.bcc ?? [] };
}

const OPEN = new Set(["new", "open", "waiting", "on_hold"]);

/** An API in memory that keeps the contract's promises as far as the screens need them. */
export function createFakeApi(options: { tickets?: number; signedIn?: boolean } = {}) {
  const tickets = freshTickets(options.tickets);
  const undoes = new Map<number, () => void>();
  const calls: { method: string; url: string; body: unknown }[] = [];
  const overrides = new Map<string, (request: Request) => Response | Promise<Response>>();
  const drafts = createDrafts();
  let signedIn = options.signedIn ?? true;
  let lastId = 9000;
  const nextId = () => {
    lastId += 1;
    return lastId;
  };

  const byNumber = (number: string | undefined) =>
    tickets.find((ticket) => ticket.number === Number(number));

  const matches = (ticket: Ticket, query: URLSearchParams) => {
    const view = query.get("view") ?? "all_open";
    const category = ticket.status.category;
    const within: Record<string, boolean> = {
      my_open: ticket.assignee?.id === me.person.id && OPEN.has(category),
      unassigned: ticket.assignee === null && OPEN.has(category),
      all_open: OPEN.has(category),
      waiting: category === "waiting",
      recently_resolved: category === "resolved",
      all: true,
    };
    const isIn = (key: string, value: unknown) =>
      !query.get(key) || (query.get(key) ?? "").split(",").includes(String(value));
    const words = (query.get("q") ?? "").toLowerCase();
    return (
      (within[view] ?? false) &&
      isIn("category", category) &&
      isIn("status", ticket.status.key) &&
      isIn("team_id", ticket.team.id) &&
      isIn("priority", ticket.priority) &&
      isIn("requester_id", ticket.requester.id) &&
      isIn("assignee_id", ticket.assignee?.id ?? "none") &&
      (!query.get("tag") || ticket.tags.some((tag) => isIn("tag", tag))) &&
      wordsOf(ticket).includes(words)
    );
  };

  const apply = (ticket: Ticket, patch: TicketChange) => {
    const before = { ...ticket };
    // What is set is what is shown, but for those that are set by id or key.
    const { status, team_id, assignee_id, version: _version, ...plain } = patch;
    Object.assign(ticket, plain);
    if (status) ticket.status = statuses.find((one) => one.key === status) ?? ticket.status;
    if (team_id) ticket.team = teams.find((one) => one.id === team_id) ?? ticket.team;
    if (assignee_id !== undefined) {
      ticket.assignee = staff.find((one) => one.id === assignee_id) ?? null;
    }
    ticket.version += 1;
    return () => Object.assign(ticket, before, { version: ticket.version + 1 });
  };

  const remember = (undo: () => void) => {
    const id = nextId();
    undoes.set(id, undo);
    return id;
  };

  const patch: Handler = ({ path, body }) => {
    const ticket = byNumber(path[1]);
    if (!ticket) return problem(404, "ticket_not_found", "There is no such ticket.");
    const asked = body as TicketChange;
    if (asked.version !== undefined && asked.version !== ticket.version) {
      return problem(412, "version_conflict", "The ticket changed meanwhile.", {
        current_version: ticket.version,
        your_version: asked.version,
      });
    }
    const id = remember(apply(ticket, asked));
    return json({ ...ticket, thread: [] }, 200, { "X-Change-Id": String(id) });
  };

  /** Changes a reply whose mail waits. */
  const edit: Handler = ({ path, body }) => {
    const asked = body as Partial<People> & { text?: string };
    for (const ticket of tickets) {
      const found = ticket.thread.find(
        (item): item is MessageItem => item.type === "message" && item.id === Number(path[1]),
      );
      if (found) {
        found.text = asked.text ?? found.text;
        if (asked.to) Object.assign(found, { to: asked.to, cc: asked.cc, bcc: asked.bcc });
        return json({ message: found, ticket, change_id: nextId(), undo_seconds: 0 });
      }
    }
    return problem(404, "message_not_found", "There is no such reply.");
  };

  const write: Handler = ({ path, body }) => {
    const ticket = byNumber(path[1]);
    if (!ticket) return problem(404, "ticket_not_found", "There is no such ticket.");
    const asked = body as Partial<People> & {
      kind: "reply" | "note";
      text: string;
      status?: string;
      confirm_recipients?: boolean;
      seen_message_id?: number;
    };
    drafts.sent(ticket.number, asked.kind);
    const newer = ticket.thread.findLast(
      (item) => item.type === "message" && item.author.id !== me.person.id,
    );
    if (newer && asked.seen_message_id !== undefined && newer.id > asked.seen_message_id) {
      return problem(409, "newer_messages", "Somebody wrote in the meantime.", {
        newest_message_id: newer.id,
      });
    }
    const held = asked.kind === "reply";
    const people = peopleOf(ticket, asked);
    const addresses = [...people.to, ...people.cc, ...people.bcc].map((one) => one.address);
    if (held && addresses.length > 10 && !asked.confirm_recipients) {
      return problem(409, "many_recipients", `This would go to ${addresses.length} people.`);
    }
    const written: MessageItem = message(nextId(), me.person.id, me.person.name, asked.text, 0, {
      kind: asked.kind,
      mail: held ? mailState({ state: "held", attempts: 0 }) : null,
      ...(held ? people : {}),
    });
    ticket.thread = [...ticket.thread, written];
    const back = asked.status ? apply(ticket, { status: asked.status }) : () => {};
    const change_id = remember(() => {
      back();
      ticket.thread = ticket.thread.filter((item) => item !== written);
    });
    const seconds = held ? me.settings.undo_send_seconds : 0;
    const answer = {
      message: written,
      ticket: { ...ticket, thread: [] },
      change_id,
      undo_seconds: seconds,
    };
    return json(answer, 201, { "X-Change-Id": String(change_id) });
  };

  const join: Handler = ({ path, body }) => {
    const ticket = byNumber(path[1]);
    if (!ticket) return problem(404, "ticket_not_found", "There is no such ticket.");
    const { email, name } = body as { email: string; name?: string };
    const before = ticket.cc;
    ticket.cc = [...before, { id: nextId(), name: name ?? email, email }];
    const id = remember(() => {
      ticket.cc = before;
    });
    return json({ ...ticket, thread: [] }, 200, { "X-Change-Id": String(id) });
  };

  const leave: Handler = ({ path }) => {
    const ticket = byNumber(path[1]);
    if (!ticket) return problem(404, "ticket_not_found", "There is no such ticket.");
    const before = ticket.cc;
    ticket.cc = before.filter((one) => one.id !== Number(path[3]));
    const id = remember(() => {
      ticket.cc = before;
    });
    return json({ ...ticket, thread: [] }, 200, { "X-Change-Id": String(id) });
  };

  const bulk: Handler = ({ body }) => {
    const asked = body as { numbers: number[]; set?: TicketChange; add_tags?: string[] };
    const backs = asked.numbers.flatMap((number) => {
      const ticket = byNumber(String(number));
      if (!ticket) return [];
      const tags = [...new Set([...ticket.tags, ...(asked.add_tags ?? [])])];
      return [apply(ticket, { ...asked.set, tags })];
    });
    const change_id = remember(() => {
      for (const back of backs) back();
    });
    return { change_id, updated: asked.numbers, refused: [] };
  };

  const undo: Handler = ({ path }) => {
    const back = undoes.get(Number(path[1]));
    if (!back) return problem(409, "not_undoable", "This change cannot be undone.");
    back();
    return { change_id: remember(() => {}), undone: Number(path[1]), kept: [] };
  };

  const list: Handler = ({ query }) => {
    const limit = Number(query.get("limit") ?? 50);
    const start = Number(query.get("cursor") ?? 0);
    const rank = (ticket: Ticket) => ticket.updated_at;
    const found = tickets
      .filter((ticket) => matches(ticket, query))
      .sort((one, other) => rank(other).localeCompare(rank(one)));
    const end = start + limit;
    return {
      items: found.slice(start, end).map((ticket) => ({
        ...ticket,
        thread: undefined,
        match: matchOf(ticket, query.get("q")),
      })),
      next_cursor: end < found.length ? String(end) : null,
    };
  };

  const counts: Handler = () => {
    const count = (view: string, team = "") =>
      tickets.filter((ticket) => matches(ticket, new URLSearchParams({ view, team_id: team })))
        .length;
    const views = ["my_open", "unassigned", "all_open", "waiting", "recently_resolved"];
    return {
      views: Object.fromEntries(views.map((view) => [view, count(view)])),
      teams: Object.fromEntries(teams.map((one) => [one.id, count("all_open", String(one.id))])),
    };
  };

  const history: Handler = ({ path }) => {
    const thread = byNumber(path[1])?.thread ?? [];
    const items = thread.filter((item): item is ChangeItem => item.type === "change");
    return { items: items.toReversed(), next_cursor: null };
  };

  const one: Handler = ({ path }) =>
    byNumber(path[1]) ?? problem(404, "ticket_not_found", "There is no such ticket.");

  const tally = (items: { state: string }[]) => {
    const counts: Record<string, number> = {};
    for (const { state } of items) counts[state] = (counts[state] ?? 0) + 1;
    return counts;
  };
  const box =
    (items: { state: string }[]): Handler =>
    ({ query }) => ({
      items: items.filter((item) => !query.get("state") || item.state === query.get("state")),
      next_cursor: null,
      counts: tally(items),
    });

  const page = (items: unknown[]) => ({ items, next_cursor: null });
  const routes: [string, RegExp, Handler][] = [
    [
      "POST",
      /^session$/,
      () => {
        signedIn = true;
        return me;
      },
    ],
    [
      "DELETE",
      /^session$/,
      () => {
        signedIn = false;
        return json(undefined, 204);
      },
    ],
    ["GET", /^me$/, () => (signedIn ? me : problem(401, "not_signed_in", "Sign in first."))],
    ["GET", /^teams$/, () => page(teams)],
    ["GET", /^people$/, () => page(staff)],
    ["GET", /^search$/, ({ query }) => searchAnswer(tickets, contacts, query.get("q") ?? "")],
    ["GET", /^fields\/completions$/, ({ query }) => json(completionsOf(query.get("q") ?? ""))],
    ["GET", /^statuses$/, () => page(statuses)],
    ["GET", /^resolutions$/, () => page(resolutions)],
    ["GET", /^lifecycle-rules$/, () => json(lifecycleRules)],
    ["GET", /^custom-fields$/, () => page([])],
    ["GET", /^portal\/fields$/, () => ({ items: [] })],
    ["GET", /^portal\/forms$/, () => ({ items: [] })],
    ["GET", /^forms\/offered$/, () => ({ items: [] })],
    ["GET", /^forms$/, () => ({ items: [] })],
    ["GET", /^views$/, () => ({ items: builtInViews })],
    ["GET", /^views\/counts$/, () => ({ items: [] })],
    ["GET", /^tags$/, () => page([...new Set(tickets.flatMap((ticket) => ticket.tags))].sort())],
    [
      "GET",
      /^contacts$/,
      ({ query }) =>
        page(
          contacts.filter((contact) =>
            contact.name.toLowerCase().includes((query.get("q") ?? "").toLowerCase()),
          ),
        ),
    ],
    [
      "GET",
      /^contacts\/\d+$/,
      ({ path }) => contacts.find((contact) => contact.id === Number(path[1])),
    ],
    ["GET", /^tickets$/, list],
    ["GET", /^tickets\/counts$/, counts],
    ["POST", /^tickets\/bulk$/, bulk],
    [
      "POST",
      /^bulk\/preview$/,
      ({ body }) => {
        const count = (body as { numbers?: number[] }).numbers?.length ?? 0;
        const missing = { resolution: 0, fields: [] };
        return { count, most: 50_000, samples: [], variables: [], missing };
      },
    ],
    ["GET", /^tickets\/\d+$/, one],
    ["PATCH", /^tickets\/\d+$/, patch],
    ["POST", /^tickets\/\d+\/messages$/, write],
    ["POST", /^tickets\/\d+\/participants$/, join],
    ["DELETE", /^tickets\/\d+\/participants\/\d+$/, leave],
    [
      "POST",
      /^tickets\/\d+\/read$/,
      ({ path }) => {
        const ticket = byNumber(path[1]);
        if (ticket) ticket.unread = false;
        return json(undefined, 204);
      },
    ],
    ["GET", /^tickets\/\d+\/history$/, history],
    ["POST", /^changes\/\d+\/undo$/, undo],
    ["GET", /^outbox$/, box(outbox)],
    [
      "GET",
      /^outbox\/\d+$/,
      ({ path }) => outbox.find((mail: OutboxItem) => mail.id === Number(path[1])),
    ],
    [
      "POST",
      /^outbox\/\d+\/(retry|cancel|arrived)$/,
      ({ path }) => outbox.find((mail: OutboxItem) => mail.id === Number(path[1])),
    ],
    [
      "PATCH",
      /^outbox\/\d+$/,
      ({ path }) => outbox.find((mail: OutboxItem) => mail.id === Number(path[1])),
    ],
    ["PATCH", /^messages\/\d+$/, edit],
    ...sendingRoutes,
    ...absenceRoutes,
    ...accessRoutes(),
    ...drafts.routes,
    ["GET", /^mails$/, box(incoming)],
    ...mailboxRoutes,
    ["GET", /^mails\/\d+$/, ({ path }) => kept(Number(path[1]))],
    ["GET", /^mail\/balance$/, () => balance],
    ["GET", /^mail\/rules$/, () => rules],
    ["GET", /^mail\/blocks$/, () => page([])],
    ["GET", /^tickets\/\d+\/conversations$/, () => ({ items: [], next_cursor: null })],
    ["GET", /^tickets\/\d+\/links$/, () => ({ items: [], merged: [], related: [], offered: [] })],
    [
      "GET",
      /^mail\/status$/,
      () => ({ relay_configured: false, relay_host: null, smtp_port: 2525, smtp_running: true }),
    ],
  ];

  /** Answers like the server; what it does not know is a 404. */
  async function handle(request: Request): Promise<Response> {
    const url = new URL(request.url);
    const rest = url.pathname.replace(/^\/api\/v1\//, "");
    const text = request.method === "GET" ? "" : await request.text();
    const body = (text.startsWith("{") ? JSON.parse(text) : undefined) as never;
    calls.push({ method: request.method, url: rest + url.search, body });
    const override = overrides.get(`${request.method} ${rest}`);
    if (override) return override(request);
    const route = routes.find(([method, path]) => method === request.method && path.test(rest));
    if (!route) return problem(404, "not_found", `The fake has no ${request.method} ${rest}.`);
    const call = { path: rest.split("/"), query: url.searchParams, body, headers: request.headers };
    const answer = route[2](call);
    return answer instanceof Response ? answer : json(structuredClone(answer));
  }

  return { handle, calls, tickets, overrides, drafts };
}

export type FakeApi = ReturnType<typeof createFakeApi>;
