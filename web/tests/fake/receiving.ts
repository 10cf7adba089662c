import type { components } from "@/api/generated/schema";
import { teams } from "./people";

type Schemas = components["schemas"];

export const mailbox: Schemas["Mailbox"] = {
  id: 1,
  address: "it@halvorsen.example",
  name: "IT",
  team_id: teams[0]?.id ?? 1,
  active: true,
  version: 3,
};

export const settings: Schemas["ReceivingSettings"] = {
  mailbox_id: 1,
  active: true,
  host: "imap.halvorsen.example",
  port: 993,
  security: "tls",
  username: "it@halvorsen.example",
  sign_in: "password",
  folder: "INBOX",
  afterwards: "leave",
  move_to: null,
  existing: "fetch",
  authorize_url: null,
  token_url: null,
  client_id: null,
  scope: null,
  consented_at: null,
  has_password: true,
  has_client_secret: false,
  version: 2,
};

const state: Schemas["FetchState"] = {
  state: "connected",
  words: "Connected to imap.halvorsen.example. INBOX holds 212 mails.",
  since: "2026-11-22T08:00:00Z",
  looked_at: "2026-11-22T09:00:00Z",
  fetched_at: "2026-11-22T08:55:00Z",
  fetched: 212,
  leftovers: 1,
};

export const receiving: Schemas["Receiving"] = {
  settings,
  state,
  leftovers: [
    {
      uid: 77,
      size: 70_000_000,
      words: "It has 66.8 MB; at most 50.0 MB are taken (ATUM_MAIL_MAX_BYTES).",
      attempts: 1,
      next_attempt_at: "2026-11-22T10:00:00Z",
    },
  ],
  redirect_uri: "http://localhost:8000/desk/settings/mailboxes/consent",
};

export const notSetUp: Schemas["Receiving"] = {
  ...receiving,
  settings: null,
  leftovers: [],
  state: { ...state, state: "off", words: "", fetched: 0, leftovers: 0 },
};

const server = { host: "imap.halvorsen.example", port: 993, security: "tls" as const };

const guess: Schemas["Guess"] = {
  address: mailbox.address,
  provider: null,
  hint: null,
  oauth: null,
  incoming: [
    {
      server,
      username: "it@halvorsen.example",
      sign_ins: ["password"],
      found: "autoconfig",
      trouble: null,
    },
  ],
  outgoing: [
    {
      server: { host: "smtp.halvorsen.example", port: 465, security: "tls" },
      username: "it@halvorsen.example",
      sign_ins: ["password"],
      found: "dns",
      trouble: null,
    },
  ],
};

const failedTest: Schemas["ReceivingTestResult"] = {
  ok: false,
  mails: null,
  steps: [
    { step: "name", ok: true, words: "imap.halvorsen.example is 192.0.2.4." },
    { step: "connection", ok: true, words: "It answers on port 993: Dovecot ready." },
    { step: "encryption", ok: true, words: "Encrypted (TLSv1.3)." },
    { step: "sign_in", ok: false, words: "imap.halvorsen.example does not let it@ in." },
  ],
};

const dns: Schemas["DnsCheck"] = {
  domain: "halvorsen.example",
  items: [
    {
      subject: "spf",
      verdict: "missing",
      words: "Nothing says who may send for the domain, so receivers distrust its mail.",
      found: [],
      add: {
        name: "halvorsen.example",
        type: "TXT",
        value: "v=spf1 mx a:relay.halvorsen.example ~all",
      },
    },
    {
      subject: "mx",
      verdict: "good",
      words: "Mail to the domain goes to mx.",
      found: [],
      add: null,
    },
  ],
};

const log: Schemas["LogPage"] = {
  items: [
    { id: 2, at: "2026-11-22T08:55:00Z", level: "info", words: "Fetched 3 mails." },
    {
      id: 1,
      at: "2026-11-22T08:00:00Z",
      level: "warning",
      words: "Nothing listens on imap.halvorsen.example, port 993.",
    },
  ],
  next_cursor: null,
};

const begunSelfTest: Schemas["SelfTest"] = {
  stage: "queued",
  words: "It waits in the outbox for its turn.",
  started_at: "2026-11-22T09:00:00Z",
  seconds: null,
};

/** What the screens of a mailbox read. */
export const mailboxRoutes: [string, RegExp, () => unknown][] = [
  ["GET", /^mailboxes$/, () => ({ items: [mailbox] })],
  ["GET", /^mailboxes\/1\/receiving$/, () => receiving],
  ["GET", /^mailboxes\/1\/receiving\/log$/, () => log],
  ["GET", /^mailboxes\/1\/dns$/, () => dns],
  ["POST", /^mailboxes\/1\/self-test$/, () => begunSelfTest],
  ["POST", /^mailboxes\/guesses$/, () => guess],
  ["POST", /^mailboxes\/receiving-tests$/, () => failedTest],
];
