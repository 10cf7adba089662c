import { screen, waitFor, within } from "@testing-library/react";
import { beforeEach, expect, test } from "vitest";
import { incoming, kept, rules } from "./fake/mails";
import { me } from "./fake/people";
import { createFakeApi, type FakeApi, json, problem } from "./fake/server";
import { renderAt } from "./render";

let api: FakeApi;
const everything = ["mail:quarantine", "mail:manage", "settings:mailboxes:edit", "ticket:edit"];
const allow = (permissions: string[]) =>
  api.overrides.set("GET me", () => json({ ...me, permissions }));
const sentTo = (method: string, url: string) =>
  api.calls.filter((call) => call.method === method && call.url === url);

beforeEach(() => {
  api = createFakeApi();
  allow(everything);
});

test("the quarantine says why mail waits, and shows it without links, scripts or images", async () => {
  const { user } = renderAt("/desk/outbox?box=quarantine", api);
  await user.click(await screen.findByRole("link", { name: /You have won a printer/ }));
  const pane = within(await screen.findByRole("region", { name: "As it came" }));
  expect(await pane.findByText(/The spam filter of the relay gave it 9.1/)).toBeVisible();
  expect(screen.getByText("luck.example says nothing about its mail.")).toBeVisible();
  expect(screen.getByText(/prize.zip/)).toBeVisible();
  const frame = screen.getByTitle<HTMLIFrameElement>("As it came");
  expect(frame.getAttribute("sandbox")).toBe("allow-same-origin");
  expect(frame.srcdoc).toContain("default-src 'none'");
  expect(frame.srcdoc).not.toMatch(/[^-]src="https/);
});

test("a mail is let through, deleted with undo, or its sender blocked", async () => {
  const answer = json({ ...incoming[0], state: "refused" }, 200, { "X-Change-Id": "31" });
  api.overrides.set("POST mails/1/release", () => json({ ...incoming[0], state: "received" }));
  api.overrides.set("POST mails/1/delete", () => answer.clone());
  api.overrides.set("POST mails/1/block", () => answer.clone());
  const { user } = renderAt("/desk/outbox?box=quarantine&mail=1", api);
  await user.click(await screen.findByRole("button", { name: "Release" }));
  expect(await screen.findByText("The mail is being processed")).toBeVisible();
  await user.click(await screen.findByRole("link", { name: /You have won a printer/ }));
  await user.click(await screen.findByRole("button", { name: "Delete" }));
  expect(await screen.findByText("The mail was deleted")).toBeVisible();
  await user.click(screen.getByRole("button", { name: "Undo" }));
  await waitFor(() => expect(sentTo("POST", "changes/31/undo")).toHaveLength(1));
  await user.click(await screen.findByRole("link", { name: /You have won a printer/ }));
  await user.click(await screen.findByRole("button", { name: "Block" }));
  await user.click(
    await screen.findByRole("menuitem", { name: "Block the sender's whole domain", hidden: true }),
  );
  await waitFor(() =>
    expect(sentTo("POST", "mails/1/block")[0]?.body).toEqual({ scope: "domain" }),
  );
});

test("a refusal is told and the mail stays", async () => {
  api.overrides.set("POST mails/1/block", () =>
    problem(422, "block_too_wide", "halvorsen.example cannot be blocked."),
  );
  const { user } = renderAt("/desk/outbox?box=quarantine&mail=1", api);
  await user.click(await screen.findByRole("button", { name: "Block" }));
  await user.click(
    await screen.findByRole("menuitem", { name: "Block this sender", hidden: true }),
  );
  expect(await screen.findByText("halvorsen.example cannot be blocked.")).toBeVisible();
  expect(screen.getByRole("button", { name: "Release" })).toBeVisible();
});

test("blocked senders are listed, added and taken away", async () => {
  const block = { id: 5, kind: "domain", value: "luck.example", created_at: incoming[0]?.received_at, created_by: null }; // biome-ignore format: one line
  api.overrides.set("GET mail/blocks", () => json({ items: [block] }));
  api.overrides.set("POST mail/blocks", () => json(block, 201));
  api.overrides.set("DELETE mail/blocks/5", () => json(undefined, 204));
  const { user } = renderAt("/desk/outbox?box=quarantine", api);
  await user.click(await screen.findByRole("button", { name: "Blocked senders" }));
  const dialog = within(await screen.findByRole("dialog"));
  await user.type(await dialog.findByRole("textbox", { name: "Address or domain" }), "x.example");
  await user.click(dialog.getByRole("button", { name: "Block" }));
  await waitFor(() =>
    expect(sentTo("POST", "mail/blocks")[0]?.body).toEqual({ value: "x.example", list: false }),
  );
  await user.click(await dialog.findByRole("button", { name: "Unblock luck.example" }));
  await waitFor(() => expect(sentTo("DELETE", "mail/blocks/5")).toHaveLength(1));
});

test("the balance shows each mailbox and day, and a difference in red", async () => {
  renderAt("/desk/outbox?box=balance", api);
  const table = await screen.findByRole("table");
  const [, good, bad] = within(table).getAllByRole("row");
  expect(good?.textContent).toContain("41");
  expect(good?.className).not.toMatch(/bad/);
  expect(bad?.className).toMatch(/bad/);
  expect(screen.getByText(/Mail is missing/)).toBeVisible();
});

test("what somebody may not look at is not offered", async () => {
  allow(["outbox:read"]);
  renderAt("/desk/outbox", api);
  expect(await screen.findByRole("button", { name: "Outgoing" })).toBeVisible();
  for (const name of ["Incoming", "Quarantine", "Balance"]) {
    expect(screen.queryByRole("button", { name })).toBeNull();
  }
});

test("a filed mail is read again, its differences shown and written", async () => {
  api.overrides.set("GET mails/2", () => json({ ...kept(2), state: "appended" }));
  const result = {
    mail_id: 2,
    parser_version: 1,
    current_version: 2,
    applied: false,
    differences: [
      { field: "text", stored: "a=20", parsed: "a ", diff: "--- stored\n+++ parsed\n-a=20\n+a " },
    ],
  };
  api.overrides.set("POST mails/2/reparse", () => json(result, 200, { "X-Change-Id": "8" }));
  const { user } = renderAt("/desk/outbox?box=incoming&mail=2", api);
  await user.click(await screen.findByRole("button", { name: "Read it again" }));
  expect(await screen.findByText(/-a=20/)).toBeVisible();
  await user.click(screen.getByRole("button", { name: "Apply the differences" }));
  await waitFor(() =>
    expect(sentTo("POST", "mails/2/reparse").map((call) => call.body)).toEqual([
      { apply: false },
      { apply: true },
    ]),
  );
  expect(await screen.findByText("The message was parsed again")).toBeVisible();
});

test("the rules for received mail are saved one by one", async () => {
  api.overrides.set("PATCH mail/rules", () =>
    json({ ...rules, spam_threshold: 8 }, 200, { "X-Change-Id": "9" }),
  );
  const { user } = renderAt("/desk/settings/mail-rules", api);
  const score = await screen.findByLabelText("Spam score from which mail is held");
  await user.clear(score);
  await user.type(score, "8");
  await user.selectOptions(
    screen.getByLabelText(/Mail of the staff on a ticket becomes/),
    "a reply",
  );
  await user.click(screen.getByRole("button", { name: "Save" }));
  await waitFor(() =>
    expect(sentTo("PATCH", "mail/rules")[0]?.body).toEqual({
      spam_threshold: 8,
      staff_replies: "reply",
    }),
  );
});

test("a ticket that may be the same is named with its reason and can be dismissed", async () => {
  const number = api.tickets[0]?.number ?? 0;
  const link = { id: 3, number: 4100, subject: "Printer", reason: "It answers that request, but its sender is not on it.", newer: false, created_at: "2026-11-22T10:00:00Z" }; // biome-ignore format: one line
  api.overrides.set(`GET tickets/${number}/links`, () => json({ items: [link] }));
  api.overrides.set("DELETE ticket-links/3", () => json(undefined, 204, { "X-Change-Id": "12" }));
  const { user } = renderAt(`/desk/tickets/${number}`, api);
  expect(await screen.findByText(/Possibly the same as/)).toBeVisible();
  expect(screen.getByText(/its sender is not on it/)).toBeVisible();
  await user.click(screen.getByRole("button", { name: "Not the same" }));
  await waitFor(() => expect(sentTo("DELETE", "ticket-links/3")).toHaveLength(1));
});

test("an invitation, a signature and who forwarded stand on the message", async () => {
  const ticket = api.tickets[0];
  const first = ticket?.thread.find((item) => item.type === "message");
  if (!ticket || first?.type !== "message") throw new Error("The fake has a message.");
  first.extras = {
    invitations: [
      {
        method: "CANCEL",
        summary: "Drucker, Besprechung",
        starts: "2026-12-01T14:00+01:00",
        ends: "2026-12-01T15:00+01:00",
        zone: "Europe/Oslo",
        where: "Raum 4",
        organizer: { name: "Ann", address: "ann@lisbon.example" },
        attendees: 2,
        status: "cancelled",
        repeats: "",
      },
    ],
    signature: { kind: "smime", state: "invalid", words: "It was changed after it was signed." },
    forwarded_by: "Mina",
    recipients_left_out: 0,
  };
  renderAt(`/desk/tickets/${ticket.number}`, api);
  const event = within(await screen.findByRole("region", { name: "Cancelled event" }));
  expect(event.getByText("Drucker, Besprechung")).toBeVisible();
  expect(event.getByText("Raum 4")).toBeVisible();
  expect(event.getByText(/Dec 1, 2026/)).toBeVisible();
  expect(screen.getByText(/Changed after it was signed/)).toBeVisible();
  expect(screen.getByText(/Forwarded by Mina/)).toBeVisible();
});
