import type { ChangeItem, MessageItem, Priority, Ticket, TicketRow } from "@/api/types";
import { mailState } from "./mails";
import { contacts, staff, statuses, teams } from "./people";

const MINUTE_MS = 60_000;
const ago = (minutes: number) => new Date(Date.now() - minutes * MINUTE_MS).toISOString();

type Seed = [
  number: number,
  requesterId: number,
  subject: string,
  preview: string,
  status: string,
  priority: Priority,
  assigneeId: number | null,
  teamId: number,
  minutes: number,
  unread: boolean,
  tags: string[],
];

const seeds: Seed[] = [
  [
    4192,
    101,
    "Payroll export stops at employee 412",
    "The file opens, but the last page is empty and",
    "new",
    "urgent",
    null,
    1,
    11,
    true,
    ["payroll"],
  ],
  [
    4191,
    110,
    "Freight label for order 50118 was charged twice",
    "Could you check which of the two was picked up",
    "new",
    "high",
    null,
    3,
    19,
    true,
    [],
  ],
  [
    4190,
    102,
    "تعذّر الدخول إلى بوابة المورّدين",
    "بعد تغيير كلمة المرور تظهر رسالة انتهت الجلسة فورًا",
    "new",
    "normal",
    null,
    1,
    26,
    true,
    ["portal"],
  ],
  [
    4187,
    103,
    "VPN drops every 20 minutes in the Lisbon office",
    "Still dropped at 09:47, though it lasted longer",
    "open",
    "high",
    1,
    1,
    4,
    false,
    ["vpn", "lisbon", "quarter-close"],
  ],
  [
    4182,
    104,
    "Remote desktop freezes, then asks me to sign in",
    "Reconnecting helps, but the open drawing is lost",
    "open",
    "normal",
    3,
    1,
    120,
    true,
    [],
  ],
  [
    4179,
    105,
    "Label printer in hall B prints blank labels",
    "New roll, same result. The test page is fine",
    "open",
    "normal",
    4,
    1,
    40,
    false,
    ["printer"],
  ],
  [
    4171,
    104,
    "Gateway B keeps the old tunnel timer",
    "Reloaded at 10:05, watching the Lisbon tunnels",
    "open",
    "high",
    2,
    2,
    125,
    false,
    ["problem"],
  ],
  [
    4183,
    106,
    "Laptop for a new colleague, starts 1 December",
    "She will need the CAD licence from day one, and",
    "open",
    "normal",
    3,
    1,
    65,
    false,
    ["onboarding"],
  ],
  [
    4168,
    107,
    "Shared calendar missing after the move",
    "Could you tell us whether the web version shows",
    "waiting",
    "low",
    5,
    1,
    2900,
    false,
    [],
  ],
  [
    4161,
    108,
    "Door badge stopped working at gate 3",
    "We have ordered a new badge; please try it when",
    "waiting",
    "normal",
    2,
    4,
    2950,
    false,
    [],
  ],
  [
    4150,
    109,
    "Scanner sends to the old address",
    "Changed it on the device. Does the next scan",
    "waiting",
    "low",
    4,
    1,
    4300,
    false,
    [],
  ],
  [
    4143,
    105,
    "Replacement display for the clean room",
    "The supplier confirms week 49",
    "on_hold",
    "normal",
    3,
    1,
    5700,
    false,
    ["hardware"],
  ],
  [
    4102,
    103,
    "Second screen for the new desk",
    "It will arrive on Thursday",
    "on_hold",
    "low",
    1,
    1,
    9000,
    false,
    [],
  ],
  [
    3960,
    103,
    "Access to the archive 2024",
    "Thank you, I can open it now",
    "resolved",
    "normal",
    1,
    1,
    30000,
    false,
    [],
  ],
];

function find<T extends { id: number }>(list: T[], id: number): T {
  const found = list.find((one) => one.id === id);
  if (!found) throw new Error(`the fake has no ${id}`);
  return found;
}

/** A ticket as the API would tell it in lists. */
function rowFrom(seed: Seed): TicketRow {
  const [number, requesterId, subject, preview, statusKey, priority, assigneeId, teamId] = seed;
  const [, , , , , , , , minutes, unread, tags] = seed;
  const requester = find(contacts, requesterId);
  const assignee = assigneeId === null ? null : find(staff, assigneeId);
  const status = statuses.find((one) => one.key === statusKey) ?? statuses[0];
  if (!status) throw new Error("the fake has no statuses");
  return {
    number,
    subject,
    preview,
    status,
    priority,
    type: "incident",
    team: find(teams, teamId),
    assignee: assignee && { id: assignee.id, name: assignee.name },
    requester: { id: requester.id, name: requester.name, vip: requester.vip },
    organization: requester.organization,
    tags,
    checklist: null,
    channel: "email",
    automatic: null,
    created_at: ago(minutes + 100),
    updated_at: ago(minutes),
    resolved_at: null,
    resolution: null,
    snooze: null,
    last_message_at: ago(minutes),
    unread,
    message_count: 1,
    version: 3,
  };
}

/** A ticket of which nothing matters, in lists. */
export const plainRow = () => rowFrom(seeds[0] as Seed);

/** A ticket as the API would tell it, thread included. */
function ticketFrom(seed: Seed): Ticket {
  const [number, requesterId, , preview, , , , , minutes] = seed;
  const requester = find(contacts, requesterId);
  return {
    ...rowFrom(seed),
    id: number - 1000,
    fields: {},
    requester: {
      id: requester.id,
      name: requester.name,
      email: requester.emails[0] ?? "",
      organization: requester.organization,
      vip: requester.vip,
    },
    mailbox: { id: 1, address: "it@halvorsen.example", name: "IT" },
    cc: [],
    first_response_at: null,
    closed_at: null,
    follow_up_of: null,
    merged_into: null,
    can: {
      reply: true,
      note: true,
      assign: true,
      move: true,
      status: true,
      priority: true,
      tag: true,
      edit: true,
      merge: true,
      redact: true,
      undo: true,
    },
    allowed_statuses: statuses.map((one) => one.key),
    thread:
      number === 4187
        ? lisbonThread()
        : [message(number, requester.id, requester.name, preview, minutes)],
    thread_cursor: null,
    thread_earlier: 0,
    first_message: null,
    first_unread_id: null,
  };
}

/** A message as the API would tell it; `parts` replaces what a test is about. */
export function message(
  id: number,
  authorId: number,
  authorName: string,
  text: string,
  minutes: number,
  parts: Partial<MessageItem> = {},
): MessageItem {
  return {
    type: "message",
    id,
    kind: "reply",
    from_staff: authorId < 100,
    author: { id: authorId, name: authorName },
    author_check: null,
    channel: "email",
    created_at: ago(minutes),
    text,
    html: null,
    quoted: null,
    has_remote_images: false,
    to: [],
    cc: [],
    attachments: [],
    mail: null,
    raw_url: null,
    change_id: id,
    ...parts,
  };
}

/** A change as the API would tell it. */
export function change(
  id: number,
  actor: [number, string] | null,
  minutes: number,
  changes: ChangeItem["changes"],
): ChangeItem {
  return {
    type: "change",
    id,
    command: "ticket.update",
    actor: actor && { id: actor[0], name: actor[1] },
    via: "session",
    at: ago(minutes),
    changes,
    fields: [],
    undo_of: null,
    undone: false,
    can_undo: true,
    undo_refusal: null,
  };
}

const quoted = Array.from({ length: 11 }, (_, line) => `> Good morning, line ${line + 1}`).join(
  "\n",
);

function lisbonThread(): Ticket["thread"] {
  return [
    message(
      1,
      103,
      "Inês Carvalho",
      "Good morning, since Friday the VPN ends about every twenty minutes for all six of us in Lisbon. We close the quarter tomorrow, and each drop throws us out of the ledger in the middle of a posting. I tried a cable and my phone as well: the same.",
      94,
      {
        raw_url: "/api/v1/mails/1/raw",
        attachments: [
          {
            id: 1,
            filename: "vpn-ended.png",
            mime_type: "image/png",
            size: 412_000,
            inline: false,
            redacted: false,
            url: "/api/v1/attachments/1",
          },
          {
            id: 2,
            filename: "client-log.txt",
            mime_type: "text/plain",
            size: 38_000,
            inline: false,
            redacted: false,
            url: "/api/v1/attachments/2",
          },
        ],
      },
    ),
    change(51, null, 93, [
      {
        field: "team",
        old: { id: 3, name: "Customer Support" },
        new: { id: 1, name: "IT Support" },
      },
      { field: "priority", old: "normal", new: "high" },
    ]),
    message(
      2,
      1,
      "Tomasz Zieliński",
      "Thank you for trying the cable first, that saves us a round. Your log shows every tunnel ending after exactly 1,200 seconds: a timer, not your line. I raised it for Lisbon. Could you reconnect once, and tell me whether it holds past 09:40?",
      71,
      { quoted, mail: mailState({}) },
    ),
    message(
      3,
      2,
      "Mina Farouk",
      "@Tomasz gateway B still has the old timer. I changed only A on Friday, my mistake. B is being reloaded now, so please don't promise her a time yet.",
      24,
      { kind: "note" },
    ),
    change(52, [2, "Mina Farouk"], 23, [{ field: "tags", old: ["vpn"], new: ["vpn", "lisbon"] }]),
    message(
      4,
      103,
      "Inês Carvalho",
      "Still dropped at 09:47, though it lasted longer this time.",
      4,
      {
        html: '<p>Still dropped at <b>09:47</b>, though it lasted longer this time.</p><p><img data-remote-src="https://img.example/sign.png" alt=""></p>',
        has_remote_images: true,
      },
    ),
  ];
}

/** A fresh set of tickets; `many` adds quiet ones to scroll through. */
export function freshTickets(many = 0): Ticket[] {
  const more = Array.from(
    { length: many },
    (_, index): Seed => [
      3900 - index,
      101 + (index % 10),
      `Request ${3900 - index} about the quarterly inventory`,
      "We counted twice and still miss a pallet",
      index % 3 === 0 ? "open" : "waiting",
      "normal",
      (index % 5) + 1,
      (index % 4) + 1,
      6000 + index * 60,
      false,
      [],
    ],
  );
  return [...seeds, ...more].map(ticketFrom);
}
