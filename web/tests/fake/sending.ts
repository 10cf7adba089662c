import type { StoppedAddress } from "@/api/outbox";
import type { Layout } from "@/features/settings/layouts/api";
import type { Sending, SendingTest, SigningKey } from "@/features/settings/sending/api";

const sending: Sending = {
  mailbox_id: 1,
  host: "smtp.halvorsen.example",
  port: 587,
  security: "starttls",
  username: "it@halvorsen.example",
  has_password: true,
  max_per_minute: 60,
  ask_delivery: true,
  marker: true,
  plain_text: false,
  sender_form: null,
  quoted_messages: 0,
  max_bytes: null,
  version: 3,
  fallback_host: null,
  announced_max_bytes: null,
};

const tried: SendingTest = {
  ok: true,
  steps: [
    { ok: true, words: "Connected to smtp.halvorsen.example, port 587." },
    { ok: true, words: "Encrypted with TLSv1.3." },
    { ok: true, words: "Signed in as it@halvorsen.example." },
  ],
};

const keys: SigningKey[] = [
  {
    id: 1,
    domain: "halvorsen.example",
    selector: "atum1",
    algorithm: "rsa",
    active: false,
    usable: true,
    record: {
      name: "atum1._domainkey.halvorsen.example",
      type: "TXT",
      value: `v=DKIM1; k=rsa; p=${"MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A".repeat(12)}`,
    },
    created_at: "2026-11-20T10:00:00Z",
    version: 1,
  },
];

const layouts: Layout[] = [
  {
    id: 1,
    team_id: null,
    language: "",
    sender: "",
    subject: "",
    intro: "Hello {{requester.first_name}},",
    signature: "{{agent.name}}\n{{team.name}}",
    footer: "",
    version: 1,
  },
];

const stopped: StoppedAddress[] = [
  {
    id: 1,
    email: "scans@gate3.example",
    status: "5.1.1",
    words: "scans@gate3.example: 5.1.1 smtp; 550 no such user here",
    since: "2026-11-21T09:00:00Z",
  },
];

type Route = [method: string, path: RegExp, handler: () => unknown];

/** How mail is sent, as the API would tell it. */
export const sendingRoutes: Route[] = [
  ["GET", /^mailboxes\/\d+\/sending$/, () => sending],
  ["PATCH", /^mailboxes\/\d+\/sending$/, () => sending],
  ["POST", /^mailboxes\/\d+\/sending\/test$/, () => tried],
  ["GET", /^signing-keys$/, () => ({ items: keys })],
  ["POST", /^signing-keys$/, () => keys[0]],
  ["PATCH", /^signing-keys\/\d+$/, () => keys[0]],
  ["GET", /^mail-layouts$/, () => ({ items: layouts, placeholders: ["agent.name", "link"] })],
  ["POST", /^mail-layouts$/, () => layouts[0]],
  ["PATCH", /^mail-layouts\/\d+$/, () => layouts[0]],
  [
    "POST",
    /^mail-layouts\/preview$/,
    () => ({
      sender: "Ann Lee at Support",
      subject: "Re: The VPN drops every 20 minutes [#1042]",
      text: "Hello Sam,\n\nThank you for the log.",
      html: "<p>Hello Sam,</p><p>Thank you for the log.</p>",
    }),
  ],
  ["GET", /^stopped-addresses$/, () => ({ items: stopped })],
  ["POST", /^stopped-addresses\/\d+\/lift$/, () => stopped[0]],
];
