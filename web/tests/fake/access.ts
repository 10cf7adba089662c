import type { components } from "@/api/generated/schema";

type Session = components["schemas"]["Session"];
type Route = [
  "GET" | "DELETE" | "POST",
  RegExp,
  (call: { query: URLSearchParams; path: string[] }) => unknown,
];

const session = (id: number, part: Partial<Session>): Session => ({
  id,
  kind: "cookie",
  audience: "staff",
  name: "",
  scopes: null,
  user_agent: "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
  ip: "198.51.100.23",
  parent_id: null,
  created_at: "2026-11-20T08:00:00Z",
  last_seen_at: "2026-11-22T09:40:00Z",
  expires_at: "2026-12-20T08:00:00Z",
  current: false,
  ...part,
});

const phone =
  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile/15E148 Safari/604.1";

/** Two browsers, a followed portal link, a token, and a token that was made with it. */
function freshSessions(): Session[] {
  return [
    session(35, {
      kind: "token",
      name: "copy of nightly export",
      parent_id: 34,
      scopes: ["ticket:note"],
    }),
    session(34, { kind: "token", name: "nightly export" }),
    session(33, { kind: "link", audience: "contact", ip: "2001:db8:40::7" }),
    session(32, { user_agent: phone, ip: "203.0.113.80" }),
    session(31, { current: true }),
  ];
}

/** One's own sessions, and those of everybody else as one and the same list. */
export function accessRoutes(): Route[] {
  let sessions = freshSessions();
  const withChildren = (id: number): number[] => [
    id,
    ...sessions.filter((one) => one.parent_id === id).flatMap((one) => withChildren(one.id)),
  ];
  const none = () => new Response(null, { status: 204 });
  const end = (ids: number[]) => {
    sessions = sessions.filter((one) => !ids.includes(one.id));
    return none();
  };
  return [
    ["GET", /^me\/sessions$/, () => ({ items: sessions })],
    [
      "GET",
      /^people\/\d+\/sessions$/,
      () => ({ items: sessions.map((one) => ({ ...one, current: false })) }),
    ],
    [
      "DELETE",
      /^(me|people\/\d+)\/sessions$/,
      ({ query, path }) => {
        const keeps = query.get("keep_tokens") === "true";
        const stays = (one: Session) =>
          (path[0] === "me" && one.current) || (keeps && one.kind === "token");
        sessions = sessions.filter(stays);
        return none();
      },
    ],
    [
      "DELETE",
      /^(me|people\/\d+)\/sessions\/\d+$/,
      ({ path }) => end(withChildren(Number(path.at(-1)))),
    ],
    ["POST", /^me\/password$/, none],
  ];
}
