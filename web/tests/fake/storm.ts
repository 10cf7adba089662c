import type { StatusCategory, TicketRow } from "@/api/types";
import type { LiveChange } from "@/lib/liveSocket";
import { staff, statuses, teams } from "./people";
import { json } from "./server";
import { plainRow } from "./tickets";

/** A generator of numbers in [0, 1) that says the same after the same seed. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

const UNSEEN_TEAM = { id: 99, name: "Out of sight", color: "gray" } as TicketRow["team"];
const PRIORITIES = ["low", "normal", "high", "urgent"] as const;
const ME = 1;
const OPEN: StatusCategory[] = ["new", "open", "waiting", "on_hold"];

export type StormTicket = TicketRow & { changedAt: number };

/** A busy desk: many tickets that others change at random, its lists, counts and frames. */
export class StormDesk {
  readonly tickets: StormTicket[] = [];
  readonly requests: { at: number; path: string }[] = [];
  /** How long an answer takes, in ms. */
  latencyMs = 120;
  private readonly random: () => number;
  private micros = 0;
  private lastChange = 0;

  /** `snoozed` is the share of tickets that are snoozed when they are opened. */
  constructor(
    count: number,
    seed = 7,
    private readonly snoozed = 0,
  ) {
    this.random = seeded(seed);
    for (let number = 1; number <= count; number += 1) this.tickets.push(this.fresh(number));
  }

  /** One person changes one ticket; the frame's entry, with the row where it is in sight. */
  change(): LiveChange {
    const changes = [this.assign, this.status, this.rank, this.hide, this.write, this.tag];
    const kinds = [...changes, this.open, ...(this.snoozed ? [this.putAside] : [])];
    const kind = this.pick(kinds);
    const ticket =
      kind === this.open ? this.fresh(this.tickets.length + 1) : this.pick(this.tickets);
    const before = ticket.version;
    const told = kind.call(this, ticket);
    ticket.updated_at = this.moment();
    ticket.version = before + 1;
    ticket.changedAt = Date.now();
    return this.frameOf(ticket, told);
  }

  frameOf(ticket: StormTicket, told: Partial<LiveChange> = {}): LiveChange {
    this.lastChange += 1;
    const { unread: _unread, changedAt: _changedAt, ...row } = structuredClone(ticket);
    return {
      type: "change",
      seq: `1.${this.lastChange}`,
      change_id: this.lastChange,
      command: "ticket.update",
      ticket: ticket.number,
      ticket_id: ticket.number,
      version: ticket.version,
      fields: [],
      actor_id: 3,
      undo_of: null,
      ...told,
      ...(ticket.team.id !== UNSEEN_TEAM.id && { row }),
    };
  }

  /** All of a list in its order, by rules written down here once more. */
  listed(asked: Record<string, unknown>): StormTicket[] {
    const category = asked.category;
    const found = this.tickets.filter((ticket) => {
      const open = OPEN.includes(ticket.status.category);
      const awake = open && ticket.snooze === null;
      const views: Record<string, boolean> = {
        my_open: awake && ticket.assignee?.id === ME,
        unassigned: awake && !ticket.assignee,
        all_open: awake,
        snoozed: open && ticket.snooze !== null,
        waiting: ticket.status.category === "waiting",
        recently_resolved: !open,
        all: true,
      };
      if (ticket.team.id === UNSEEN_TEAM.id || !views[String(asked.view)]) return false;
      if (category && ticket.status.category !== category) return false;
      if (asked.team_id && String(ticket.team.id) !== String(asked.team_id)) return false;
      return !asked.tag || ticket.tags.includes(String(asked.tag));
    });
    const order = orderOf(asked);
    return found.sort(
      (one, other) => (order.key(one) < order.key(other) ? -1 : 1) * order.direction,
    );
  }

  /** Answers after a while with what was true half-way. */
  async handle(request: Request): Promise<Response> {
    const url = new URL(request.url);
    const path = url.pathname.replace("/api/v1/", "");
    this.requests.push({ at: Date.now(), path });
    await new Promise((resume) => setTimeout(resume, this.latencyMs / 2));
    const body = structuredClone(this.answer(path, Object.fromEntries(url.searchParams)));
    await new Promise((resume) => setTimeout(resume, this.latencyMs / 2));
    return body === undefined ? json({ code: "not_found" }, 404) : json(body);
  }

  private answer(path: string, query: Record<string, string>): unknown {
    if (path === "tickets/counts") return { views: {}, teams: {} };
    if (/^tickets\/\d+$/.test(path)) return this.tickets[Number(path.split("/")[1]) - 1];
    if (path !== "tickets") return { items: [], next_cursor: null };
    const all = this.listed(query);
    const limit = Number(query.limit ?? 50);
    const { key, direction } = orderOf(query);
    // As the server's cursor does, it stands at a place in the order and not at a count of rows.
    const rest = all.filter(
      (ticket) => !query.cursor || (key(ticket) < query.cursor ? -1 : 1) * direction > 0,
    );
    const items = rest.slice(0, limit).filter((ticket) => key(ticket) !== query.cursor);
    const last = items.at(-1);
    const next_cursor = last && rest.length > limit ? key(last) : null;
    return { items: items.map(({ changedAt: _changedAt, ...row }) => row), next_cursor };
  }

  private fresh(number: number): StormTicket {
    const status = this.pick(statuses);
    return {
      ...plainRow(),
      number,
      subject: `Request ${number}`,
      preview: "",
      status,
      priority: this.pick(PRIORITIES),
      team: this.pick(teams),
      assignee: this.pick([null, ...staff.map(({ id, name }) => ({ id, name }))]),
      requester: { id: 100 + (number % 10), name: `Requester ${number % 10}`, vip: false },
      organization: null,
      tags: [],
      created_at: this.moment(),
      updated_at: this.moment(),
      resolved_at: OPEN.includes(status.category) ? null : this.moment(),
      last_message_at: null,
      unread: this.random() < 0.5,
      snooze: this.snooze(),
      version: 1,
      changedAt: 0,
    };
  }

  private assign(ticket: StormTicket): Partial<LiveChange> {
    ticket.assignee = this.pick([null, ...staff.map(({ id, name }) => ({ id, name }))]);
    return { command: "ticket.assign", fields: ["assignee"] };
  }

  private status(ticket: StormTicket): Partial<LiveChange> {
    ticket.status = this.pick(statuses);
    ticket.resolved_at = OPEN.includes(ticket.status.category) ? null : this.moment();
    return { command: "ticket.status", fields: ["status"] };
  }

  private rank(ticket: StormTicket): Partial<LiveChange> {
    ticket.priority = this.pick(PRIORITIES);
    return { command: "ticket.priority", fields: ["priority"] };
  }

  private putAside(ticket: StormTicket): Partial<LiveChange> {
    ticket.snooze = ticket.snooze ? null : this.snooze();
    return { command: "ticket.snooze", fields: ["snooze"] };
  }

  /** Now and then one that lasts until the requester answers. */
  private snooze(): TicketRow["snooze"] {
    if (!this.snoozed || this.random() >= this.snoozed) return null;
    return { at: this.moment(), until: null, on_reply: true, reason: "", woken_at: null };
  }

  private hide(ticket: StormTicket): Partial<LiveChange> {
    ticket.team = this.pick([UNSEEN_TEAM, ...teams]);
    return { command: "ticket.move", fields: ["team"] };
  }

  private write(ticket: StormTicket): Partial<LiveChange> {
    ticket.message_count += 1;
    ticket.unread = true;
    return { command: "mail.file", fields: ["messages"], actor_id: ticket.requester.id };
  }

  private tag(ticket: StormTicket): Partial<LiveChange> {
    ticket.tags = this.pick([[], ["vpn"], ["vpn", "printer"]]);
    return { command: "ticket.tag", fields: ["tags"] };
  }

  private open(ticket: StormTicket): Partial<LiveChange> {
    this.tickets.push(ticket);
    ticket.unread = true;
    const fields = ["messages", "ticket"];
    return { command: "mail.file", fields, actor_id: ticket.requester.id };
  }

  private pick<T>(all: readonly T[]): T {
    return all[Math.floor(this.random() * all.length)] as T;
  }

  /** Now, to the microsecond, and each later than the one before. */
  private moment(): string {
    this.micros = Math.max(this.micros + 1, Date.now() * 1000);
    const iso = new Date(Math.floor(this.micros / 1000)).toISOString();
    return iso.replace("Z", `${String(this.micros % 1000).padStart(3, "0")}Z`);
  }
}

/** The value that a list is sorted by, as text, and 1 for the least first. */
function orderOf(asked: Record<string, unknown>) {
  const sort = String(asked.sort ?? "-updated_at");
  const key = (ticket: StormTicket): string => {
    const number = String(ticket.number).padStart(9, "0");
    if (sort.endsWith("number")) return number;
    if (sort === "-priority") return `${PRIORITIES.indexOf(ticket.priority)}${ticket.updated_at}`;
    if (sort.endsWith("created_at")) return ticket.created_at + number;
    const resolved = asked.view === "recently_resolved" ? ticket.resolved_at : null;
    return (resolved ?? ticket.updated_at) + number;
  };
  return { key, direction: sort.startsWith("-") ? -1 : 1 };
}
