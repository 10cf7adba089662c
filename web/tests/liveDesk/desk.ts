import { request as httpRequest } from "node:http";
import WebSocket from "ws";

/** What api/tests/live/test_state_and_events.py tells of the desk that it started. */
export type DrivenDesk = {
  api: string;
  live: string;
  seed: number;
  /** Tokens of those who act, and of whom one browser each is opened. */
  actors: string[];
  viewers: { name: string; id: number; token: string }[];
  teams: number[];
  people: number[];
};

export const desk = JSON.parse(process.env.ATUM_DRIVEN_DESK ?? "null") as DrivenDesk;

/** A generator of whole numbers below a bound that says the same after the same seed. */
export function seeded(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** Asks the desk's API past the page's own `fetch`, which keeps to one origin. */
export function ask(token: string, method: string, path: string, body?: string): Promise<Response> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    const sent = httpRequest(`${desk.api}${path}`, { method, headers }, (answer) => {
      const parts: Buffer[] = [];
      answer.on("data", (part: Buffer) => parts.push(part));
      answer.on("end", () => {
        const status = answer.statusCode ?? 500;
        const isEmpty = status === 204 || parts.length === 0;
        const type = answer.headers["content-type"] ?? "application/json";
        const init = { status, headers: { "content-type": type } };
        resolve(new Response(isEmpty ? null : Buffer.concat(parts).toString(), init));
      });
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

/** The page's `fetch`, as somebody: everything else of the web runs as it is. */
export function fetchAs(token: string) {
  return async (request: Request) => {
    const url = new URL(request.url);
    const body = request.method === "GET" ? undefined : await request.text();
    return ask(token, request.method, `${url.pathname}${url.search}`, body);
  };
}

/** A socket to the live service that says whose it is before anything else. */
export function socketAs(token: string) {
  return (url: string) => {
    const socket = new WebSocket(url);
    const send = socket.send.bind(socket);
    let told = false;
    Object.assign(socket, {
      send: (text: string) => {
        if (!told) send(JSON.stringify({ token }));
        told = true;
        send(text);
      },
    });
    return socket as unknown as globalThis.WebSocket;
  };
}

type Command = [method: string, path: string, body?: object];

/** One command of somebody, by chance, on what they see; refusals are answers like others. */
export async function actAtRandom(pick: (below: number) => number): Promise<void> {
  const token = desk.actors[pick(desk.actors.length)] as string;
  const listed = await ask(token, "GET", "/api/v1/tickets?view=all&sort=-updated_at&limit=20");
  const { items } = (await listed.json()) as { items: { number: number }[] };
  const number = items[pick(items.length || 1)]?.number ?? 1;
  const path = `/api/v1/tickets/${number}`;
  const team = desk.teams[pick(desk.teams.length)];
  const person = desk.people[pick(desk.people.length)];
  const value = pick(1000);
  const priority = ["low", "normal", "high", "urgent"][pick(4)];
  const status = ["open", "waiting", "on_hold", "resolved"][pick(4)];
  const person_ = `/api/v1/people/${person}`;
  const commands: Command[] = [
    ["POST", "/api/v1/tickets", newTicket(value, team)],
    ["POST", `${path}/messages`, { kind: "reply", text: `Reply ${value}`, status }],
    ["POST", `${path}/messages`, { kind: "note", text: `Note ${value}` }],
    ["PATCH", path, { status }],
    ["PATCH", path, { priority, subject: `Subject ${value}` }],
    ["PATCH", path, { team_id: team }],
    ["PATCH", path, { assignee_id: pick(3) ? person : null }],
    ["PATCH", path, { tags: ["vpn", "printer", `tag${pick(4)}`].slice(0, pick(4)) }],
    [
      "POST",
      "/api/v1/tickets/bulk",
      { numbers: items.slice(0, 4).map((one) => one.number), set: { priority } },
    ],
    ["PATCH", `/api/v1/teams/${team}`, { name: `Team ${team} ${value}` }],
    ["PATCH", person_, { name: `Person ${person} ${value}` }],
    ["PATCH", person_, { team_ids: desk.teams.slice(0, 1 + pick(desk.teams.length)) }],
    [
      "POST",
      "/api/v1/contacts",
      { name: `Contact ${value}`, email: `contact${value}@example.org` },
    ],
    ["POST", "/api/v1/organizations", { name: `Organization ${value}` }],
    ["PATCH", "/api/v1/workspace", { name: `Desk ${value}` }],
  ];
  const undoes = pick(5) === 0 && (await lastChange(token));
  const [method, where, body] = undoes
    ? (["POST", `/api/v1/changes/${undoes}/undo`] as Command)
    : (commands[pick(commands.length)] as Command);
  await ask(token, method, where, body && JSON.stringify(body));
}

function newTicket(value: number, team_id: number | undefined): object {
  const requester = { email: `asker${value % 7}@example.org`, name: "Asker" };
  return { subject: `Request ${value}`, text: "Please help.", requester, team_id };
}

async function lastChange(token: string): Promise<number | undefined> {
  const answer = await ask(token, "GET", "/api/v1/changes?limit=5");
  const { items } = (await answer.json()) as { items: { id: number; can_undo: boolean }[] };
  return items.find((one) => one.can_undo)?.id;
}
