import type {
  BalanceLine,
  IncomingMail,
  KeptMail,
  MailRules,
  MessageItem,
  OutboxMail,
} from "@/api/types";

const MINUTE_MS = 60_000;
const ago = (minutes: number) => new Date(Date.now() - minutes * MINUTE_MS).toISOString();

const mail = (id: number, parts: Partial<OutboxMail>): OutboxMail => ({
  id,
  state: "queued",
  kind: "reply",
  to: [{ name: "Inês Carvalho", address: "ines@lisbon.example" }],
  cc: [],
  bcc: [],
  from: { name: "Tomasz Zieliński", address: "it@halvorsen.example" },
  subject: "Re: VPN drops every 20 minutes in the Lisbon office",
  ticket_number: 4187,
  created_at: ago(12),
  held_until: null,
  next_attempt_at: null,
  sent_at: null,
  attempts: 0,
  last_error: null,
  send_at: null,
  status_code: null,
  meaning: null,
  reports: [],
  version: 1,
  message_id: id,
  text: "Hello Inês, both gateways now have the same timer.\n\nTomasz",
  html: "<p>Hello Inês, both gateways now have the same timer.</p><p>Tomasz</p>",
  headers: [
    ["Message-ID", `<${id}@halvorsen.example>`],
    ["Reply-To", "it+4187@halvorsen.example"],
  ],
  ...parts,
});

export const outbox: OutboxMail[] = [
  mail(1, {}),
  mail(2, {
    state: "failed",
    attempts: 5,
    last_error: "550 5.1.1 no such user here",
    status_code: "5.1.1",
    meaning: "The address does not exist.",
    subject: "Re: Scanner sends to the old address",
    ticket_number: 4150,
    created_at: ago(50),
  }),
  mail(3, {
    state: "sent",
    attempts: 1,
    sent_at: ago(300),
    kind: "confirmation",
    subject: "We have your request: Door badge stopped working at gate 3",
    ticket_number: 4161,
    created_at: ago(301),
  }),
  mail(4, {
    state: "unknown",
    attempts: 1,
    last_error: "The connection ended before the relay answered: Connection lost",
    subject: "Re: Headset for the new colleague",
    ticket_number: 4150,
    created_at: ago(70),
  }),
];

/** How far a reply's mail has come, as a thread holds it. */
export const mailState = (
  parts: Partial<NonNullable<MessageItem["mail"]>>,
): NonNullable<MessageItem["mail"]> => ({
  outbox_id: 1,
  state: "sent",
  held_until: null,
  send_at: null,
  next_attempt_at: null,
  last_error: null,
  status_code: null,
  meaning: null,
  attempts: 1,
  version: 1,
  ...parts,
});

export const incoming: IncomingMail[] = [
  {
    id: 1,
    state: "quarantined",
    reason: "The spam filter of the relay gave it 9.1; the limit is 6.",
    cause: "spam",
    deleted: false,
    erased: false,
    mailbox: "it@halvorsen.example",
    from: "Prize Office <prize@luck.example>",
    subject: "You have won a printer",
    size: 18_230,
    received_at: ago(33),
    ticket_number: null,
  },
  {
    id: 2,
    state: "appended",
    reason: null,
    cause: null,
    deleted: false,
    erased: false,
    mailbox: "it@halvorsen.example",
    from: "ines@lisbon.example",
    subject: "Re: VPN drops every 20 minutes in the Lisbon office",
    size: 4_812,
    received_at: ago(4),
    ticket_number: 4187,
  },
];

/** The mails as they are looked at. */
export const kept = (id: number): KeptMail => ({
  ...(incoming.find((one) => one.id === id) as IncomingMail),
  envelope_from: "bounce@luck.example",
  envelope_to: ["it@halvorsen.example"],
  peer: "203.0.113.7",
  to: [{ name: "", address: "it@halvorsen.example" }],
  cc: [],
  date: ago(34),
  text: "Click here to have it.",
  html: '<p>Click <a href="https://luck.example/x">here</a> to have it. <img data-remote-src="https://luck.example/p.png"></p>',
  has_remote_images: true,
  files: [{ filename: "prize.zip", mime_type: "application/zip", size: 17_000 }],
  headers: [
    ["subject", "You have won a printer"],
    ["x-spam-score", "9.1"],
  ],
  problems: [],
  problem_notices: [],
  invitations: [],
  signature: null,
  evidence: {
    proof: {
      verdict: "unknown",
      words: "luck.example says nothing about its mail.",
      policy: "none",
    },
    spam: { flagged: false, score: 9.1 },
    scan: { verdict: "clean", words: "" },
    forwarded: false,
  },
  parser_version: 2,
  shortened: false,
});

const line = (day: string, parts: Partial<BalanceLine>): BalanceLine => ({
  mailbox: "it@halvorsen.example",
  day,
  received: 40,
  ticketed: 12,
  appended: 22,
  quarantined: 2,
  refused: 4,
  waiting: 0,
  difference: 0,
  ...parts,
});

export const balance = {
  items: [line("2026-11-22", { received: 41, waiting: 1 }), line("2026-11-21", { difference: 1 })],
  holds: false,
};

export const rules: MailRules = {
  confirm_email_tickets: false,
  staff_replies: "note",
  note_commands: false,
  unknown_senders: "our_mail",
  forged: "quarantine",
  spam: "quarantine",
  spam_threshold: 6,
  sender_hourly: 1000,
  pair_ten_minutes: 200,
  keep_deleted_days: 0,
};
