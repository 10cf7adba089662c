import type { IncomingMail, OutboxMail } from "@/api/types";

const MINUTE_MS = 60_000;
const ago = (minutes: number) => new Date(Date.now() - minutes * MINUTE_MS).toISOString();

const mail = (id: number, parts: Partial<OutboxMail>): OutboxMail => ({
  id,
  state: "queued",
  kind: "reply",
  to: [{ name: "Inês Carvalho", address: "ines@lisbon.example" }],
  cc: [],
  from: { name: "Tomasz Zieliński", address: "it@halvorsen.example" },
  subject: "Re: VPN drops every 20 minutes in the Lisbon office",
  ticket_number: 4187,
  created_at: ago(12),
  held_until: null,
  next_attempt_at: null,
  sent_at: null,
  attempts: 0,
  last_error: null,
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
    last_error: "550 no such user here",
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
];

export const incoming: IncomingMail[] = [
  {
    id: 1,
    state: "quarantined",
    reason: "The header of this mail ends in the middle.",
    mailbox: "it@halvorsen.example",
    from: null,
    subject: null,
    size: 18_230,
    received_at: ago(33),
    ticket_number: null,
  },
  {
    id: 2,
    state: "appended",
    reason: null,
    mailbox: "it@halvorsen.example",
    from: "ines@lisbon.example",
    subject: "Re: VPN drops every 20 minutes in the Lisbon office",
    size: 4_812,
    received_at: ago(4),
    ticket_number: 4187,
  },
];
