import { screen, within } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import type { MessageItem, Ticket } from "@/api/types";
import { findingsIn } from "@/features/tickets/redact/findings";
// Loaded before a test waits for it.
import "@/features/tickets/redact/RedactDialog";
import { createFakeApi, json } from "./fake/server";
import { renderAt } from "./render";

// The first screen of a file takes long on a busy machine.
vi.setConfig({ testTimeout: 60_000 });
const patient = { timeout: 20_000 };
const CARD = "4111 1111 1111 1111";

const reach = {
  messages: 2,
  files: 1,
  mails_in: 1,
  mails_out: 2,
  sent: 1,
  drafts: 0,
  notes: 2,
  bulk_runs: 1,
  traces: 7,
  words: 3,
};

function withCard() {
  const api = createFakeApi();
  const of = (ticket: Ticket) =>
    ticket.thread.find(
      (entry): entry is MessageItem & { type: "message" } =>
        entry.type === "message" && entry.attachments.length > 1,
    );
  const ticket = api.tickets.find(of);
  const message = ticket && of(ticket);
  if (!ticket || !message) throw new Error("the invented company has no message with files");
  message.text = `My card is ${CARD}, thank you.`;
  message.html = null;
  return { api, ticket, message };
}

async function opened({ api, ticket, message }: ReturnType<typeof withCard>) {
  const rendered = renderAt(`/desk/tickets/${ticket.number}`, api);
  const thread = await screen.findByRole("log", { name: "Thread" }, patient);
  const article = thread.querySelector<HTMLElement>(`#message-${message.id}`);
  if (!article) throw new Error("the message is not shown");
  return { ...rendered, article, menu: within(article).getByRole("button", { name: "More" }) };
}

test("a card number that was found is redacted after it is shown what that reaches", async () => {
  const held = withCard();
  const path = `tickets/${held.ticket.number}/messages/${held.message.id}/redact`;
  held.api.overrides.set(`POST ${path}/preview`, () => json(reach));
  held.api.overrides.set(`POST ${path}`, () => json(reach));
  const { user, menu } = await opened(held);
  await user.click(menu);
  await user.click(await screen.findByRole("menuitem", { name: "Redact…", hidden: true }, patient));
  const dialog = within(await screen.findByRole("dialog", {}, patient));
  const next = dialog.getByRole("button", { name: "See what goes" });
  expect(next).toBeDisabled();
  await user.click(dialog.getByRole("button", { name: `${CARD} (card number)` }));
  await user.click(dialog.getByRole("checkbox", { name: held.message.attachments[0]?.filename }));
  await user.type(dialog.getByRole("textbox", { name: "Reason" }), "Card");
  await user.click(next);
  expect(await screen.findByText("This cannot be undone", {}, patient)).toBeVisible();
  expect(dialog.getByText(/^1 received mail: its original goes whole/)).toBeVisible();
  expect(dialog.getByText(/^1 of these has left/)).toBeVisible();
  expect(dialog.getByText(/Backups that were made before/)).toBeVisible();
  expect(held.api.calls.some((call) => call.url.endsWith("/redact"))).toBe(false);
  await user.click(dialog.getByRole("button", { name: "Redact for good" }));
  expect(await screen.findByText("Redacted", {}, patient)).toBeVisible();
  const asked = { text: [CARD], parts: [], attachment_ids: [held.message.attachments[0]?.id] };
  const sent = held.api.calls.filter((call) => call.url.includes("/redact"));
  expect(sent.map((call) => call.body)).toEqual([asked, { ...asked, reason: "Card" }]);
});

test("who may not redact is not offered it, and a redaction says by whom and why", async () => {
  const held = withCard();
  held.ticket.can.redact = false;
  const at = "2026-03-04T10:00:00Z";
  const by = { by_id: 2, by: "Mina Farouk", at, what: ["text"], source: held.message.id };
  held.message.redactions = [{ ...by, reason: "A card number" }];
  const { user, menu, article } = await opened(held);
  expect(article).toHaveTextContent(/Redacted by Mina Farouk on .*2026: A card number/);
  await user.click(menu);
  await screen.findByRole("menuitem", { name: "Copy link to this message", hidden: true }, patient);
  expect(screen.queryByRole("menuitem", { name: "Redact…", hidden: true })).toBeNull();
});

test("the direction of a message is the reader's choice and stays", async () => {
  const held = withCard();
  const { user, menu, article } = await opened(held);
  const paragraph = () => within(article).getByText(/My card is/);
  expect(paragraph()).toHaveAttribute("dir", "auto");
  for (const [name, dir] of [
    ["Right to left", "rtl"],
    ["Automatic", "auto"],
  ] as const) {
    await user.click(menu);
    await user.click(await screen.findByRole("menuitemradio", { name, hidden: true }, patient));
    expect(paragraph()).toHaveAttribute("dir", dir);
    expect(localStorage.getItem("atum.directions") === null).toBe(dir === "auto");
  }
});

test.each([
  ["pay 4111-1111-1111-1111 now", ["4111-1111-1111-1111"]],
  ["4111 1111 1111 1112", []],
  ["0000 0000 0000 0000", []],
  ["call +49 30 1234567890", []],
  ["DE89 3704 0044 0532 0130 00.", ["DE89 3704 0044 0532 0130 00"]],
  ["DE88 3704 0044 0532 0130 00", []],
  ["378282246310005 and 378282246310005", ["378282246310005"]],
])("%s: what nobody should keep is found by its check digits", (text, found) => {
  expect(findingsIn(text).map(({ passage }) => passage)).toEqual(found);
});
