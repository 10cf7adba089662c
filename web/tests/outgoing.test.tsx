import { screen, waitFor, within } from "@testing-library/react";
import { expect, test } from "vitest";
import type { MessageItem } from "@/api/types";
import { mailState } from "./fake/mails";
import { me } from "./fake/people";
import { createFakeApi, type FakeApi, json } from "./fake/server";
import { message } from "./fake/tickets";
import { renderAt } from "./render";

const TICKET = "/desk/tickets/4187";

/** A reply of one's own on the ticket whose mail stands somewhere. */
function withReply(parts: Partial<NonNullable<MessageItem["mail"]>>): FakeApi {
  const api = createFakeApi();
  const ticket = api.tickets.find((one) => one.number === 4187);
  const mail = mailState({ outbox_id: 1, ...parts });
  ticket?.thread.push(
    message(8001, me.person.id, me.person.name, "It is repaired.", 0, { kind: "reply", mail }),
  );
  return api;
}

const asked = (api: FakeApi, method: string) => api.calls.filter((call) => call.method === method);

test("a reply is sent later from the composer's menu", async () => {
  const { api, user } = renderAt(TICKET);
  await user.type(await screen.findByRole("textbox", { name: "Write a reply" }), "Good morning");
  await user.click(screen.getByRole("button", { name: "Other ways to send" }));
  await user.click(await screen.findByRole("menuitem", { name: /Tomorrow 9:00/, hidden: true }));
  await waitFor(() => expect(asked(api, "POST").some(({ body }) => hasMoment(body))).toBe(true));
  expect(await screen.findByText(/Reply leaves at/)).toBeVisible();
});

function hasMoment(body: unknown): boolean {
  const { send_at } = (body ?? {}) as { send_at?: string };
  return send_at !== undefined && new Date(send_at).getHours() === 9;
}

test("a scheduled reply says when it leaves, and can be edited, sent now and cancelled", async () => {
  const api = withReply({ state: "held", send_at: "2027-01-04T08:00:00Z", version: 4 });
  const { user } = renderAt(TICKET, api);
  const notice = within(await screen.findByText(/This reply leaves at/).then(parentOf));
  await user.click(notice.getByRole("button", { name: "Edit" }));
  const field = await screen.findByRole("textbox", { name: "Reply" });
  await user.clear(field);
  await user.type(field, "It is repaired for good.");
  await user.click(screen.getByRole("button", { name: "Save" }));
  await waitFor(() =>
    expect(asked(api, "PATCH")).toContainEqual(
      expect.objectContaining({
        url: "messages/8001",
        body: { text: "It is repaired for good.", version: 4, confirm_recipients: false },
      }),
    ),
  );
  await user.click(notice.getByRole("button", { name: "Send now" }));
  await waitFor(() =>
    expect(asked(api, "PATCH")).toContainEqual(
      expect.objectContaining({ url: "outbox/1", body: { send_at: null, version: 4 } }),
    ),
  );
  await user.click(notice.getByRole("button", { name: "Cancel" }));
  await waitFor(() =>
    expect(asked(api, "POST").map((call) => call.url)).toContain("outbox/1/cancel"),
  );
});

test("a mail of unknown fate asks a person: it arrived, or send it again", async () => {
  const api = withReply({ state: "unknown", last_error: "The connection ended." });
  const { user } = renderAt(TICKET, api);
  const notice = within(
    await screen.findByText(/Nobody knows whether this reply left/).then(parentOf),
  );
  await user.click(notice.getByRole("button", { name: "Mark as delivered" }));
  await waitFor(() =>
    expect(asked(api, "POST").map((call) => call.url)).toContain("outbox/1/arrived"),
  );
  await user.click(await notice.findByRole("button", { name: "Send again" }));
  await waitFor(() =>
    expect(asked(api, "POST").map((call) => call.url)).toContain("outbox/1/retry"),
  );
});

test("what came back is said with its meaning", async () => {
  const words = { last_error: "550 5.1.1 no", meaning: "The address does not exist." };
  renderAt(TICKET, withReply({ state: "bounced", ...words }));
  expect(
    await screen.findByText("This reply bounced. 550 5.1.1 no The address does not exist."),
  ).toBeVisible();
});

test("a waiting reply goes to others instead, its text unchanged", async () => {
  const api = withReply({ state: "held", send_at: "2027-01-04T08:00:00Z", version: 4 });
  const ines = { name: "Inês Carvalho", address: "ines@lisbon.example" };
  for (const item of api.tickets.flatMap((one) => one.thread)) {
    if (item.id === 8001 && item.type === "message") item.to = [ines];
  }
  const { user } = renderAt(TICKET, api);
  const notice = within(await screen.findByText(/This reply leaves at/).then(parentOf));
  await user.click(notice.getByRole("button", { name: "Edit" }));
  const dialog = within(await screen.findByRole("dialog", { name: "Edit the reply" }));
  expect(dialog.getByRole("button", { name: "Save" })).toBeDisabled();
  await user.type(dialog.getByRole("textbox", { name: "Add to To" }), "kim@lisbon.example{Enter}");
  await user.click(dialog.getByRole("button", { name: "Remove Inês Carvalho" }));
  await user.click(dialog.getByRole("button", { name: "Save" }));
  const kim = { name: "", address: "kim@lisbon.example" };
  await waitFor(() =>
    expect(asked(api, "PATCH")).toContainEqual(
      expect.objectContaining({
        url: "messages/8001",
        body: { to: [kim], cc: [], bcc: [], version: 4, confirm_recipients: false },
      }),
    ),
  );
});

test("whoever writes to a stopped address is warned and may lift the stop", async () => {
  const api = createFakeApi();
  allow(api, ["ticket:reply", "contact:edit"]);
  const ticket = api.tickets.find((one) => one.number === 4187);
  if (ticket) {
    const since = "2026-11-21T09:00:00Z";
    const email = "ines@lisbon.example";
    ticket.requester.email = email;
    ticket.requester.stopped = [{ id: 7, email, status: "5.1.1", words: "550 no", since }];
  }
  const { user } = renderAt(TICKET, api);
  expect(await screen.findByText(/Mail to ines@lisbon.example bounced/)).toBeVisible();
  await user.click(screen.getByRole("button", { name: "Allow again" }));
  await waitFor(() =>
    expect(asked(api, "POST").map((call) => call.url)).toContain("stopped-addresses/7/lift"),
  );
});

test("a mailbox's relay is tried as the form has it, before it is saved", async () => {
  const api = createFakeApi();
  allow(api, ["settings:mailboxes:edit"]);
  const { user } = renderAt("/desk/settings/mailboxes/1", api);
  const card = within(await screen.findByRole("region", { name: "Sending" }));
  await user.click(await card.findByRole("button", { name: "Edit" }));
  const dialog = within(await screen.findByRole("dialog"));
  const host = await dialog.findByRole("textbox", { name: "Relay" });
  await user.clear(host);
  await user.type(host, "mx.halvorsen.example");
  await user.click(dialog.getByRole("button", { name: "Test the connection" }));
  expect(await screen.findByText("Encrypted with TLSv1.3.")).toBeVisible();
  expect(asked(api, "POST")).toContainEqual(
    expect.objectContaining({
      url: "mailboxes/1/sending/test",
      body: { host: "mx.halvorsen.example" },
    }),
  );
  expect(asked(api, "PATCH")).toEqual([]);
});

test("a mailbox without a relay of its own is offered the one its domain names", async () => {
  const api = createFakeApi();
  allow(api, ["settings:mailboxes:edit"]);
  const none = { host: null, port: null, username: null, has_password: false };
  api.overrides.set("GET mailboxes/1/sending", () =>
    json({
      mailbox_id: 1,
      ...none,
      security: "starttls",
      max_per_minute: null,
      ask_delivery: false,
      marker: true,
      plain_text: false,
      quoted_messages: 0,
      version: 3,
      fallback_host: null,
    }),
  );
  const { user } = renderAt("/desk/settings/mailboxes/1", api);
  const card = within(await screen.findByRole("region", { name: "Sending" }));
  await user.click(await card.findByRole("button", { name: "Name a relay" }));
  const dialog = within(await screen.findByRole("dialog"));
  await user.click(await dialog.findByRole("button", { name: "Use smtp.halvorsen.example" }));
  await user.click(dialog.getByRole("button", { name: "Save" }));
  await waitFor(() =>
    expect(asked(api, "PATCH")).toContainEqual(
      expect.objectContaining({
        url: "mailboxes/1/sending",
        body: {
          host: "smtp.halvorsen.example",
          port: 465,
          security: "tls",
          username: "it@halvorsen.example",
          version: 3,
        },
      }),
    ),
  );
});

test("a mailbox chooses what its mail looks like", async () => {
  const api = createFakeApi();
  allow(api, ["settings:mailboxes:edit"]);
  const { user } = renderAt("/desk/settings/mailboxes/1", api);
  const card = within(await screen.findByRole("region", { name: "What mail looks like" }));
  expect(card.getByText(/line to write above. Nothing is quoted./)).toBeVisible();
  await user.click(card.getByRole("button", { name: "Edit" }));
  const dialog = within(await screen.findByRole("dialog"));
  await user.click(dialog.getByRole("switch", { name: /^Line to write above/ }));
  await user.selectOptions(dialog.getByRole("combobox", { name: "Quoted messages" }), "2");
  await user.click(dialog.getByRole("switch", { name: /^Plain text only/ }));
  expect(dialog.getByRole("switch", { name: /^Line to write above/ })).toBeDisabled();
  await user.click(dialog.getByRole("button", { name: "Save" }));
  await waitFor(() =>
    expect(asked(api, "PATCH")).toContainEqual(
      expect.objectContaining({
        url: "mailboxes/1/sending",
        body: { marker: false, quoted_messages: 2, plain_text: true, version: 3 },
      }),
    ),
  );
});

test("one reply is sent as text alone with the last message quoted", async () => {
  const { api, user } = renderAt(TICKET);
  await user.type(await screen.findByRole("textbox", { name: "Write a reply" }), "Good morning");
  await user.click(screen.getByRole("button", { name: "Other ways to send" }));
  const item = { name: "Format and quoted messages", hidden: true };
  await user.click(await screen.findByRole("menuitem", item));
  const dialog = within(await screen.findByRole("dialog", { name: "What this mail looks like" }));
  await user.selectOptions(dialog.getByRole("combobox", { name: "Quoted messages" }), "1");
  await user.selectOptions(dialog.getByRole("combobox", { name: "Format" }), "text");
  await user.click(dialog.getByRole("button", { name: "Send & wait" }));
  await waitFor(() =>
    expect(asked(api, "POST").map((call) => call.body)).toContainEqual(
      expect.objectContaining({ text: "Good morning", plain_text: true, quoted_messages: 1 }),
    ),
  );
});

test("how long replies wait is chosen in the profile", async () => {
  const api = createFakeApi();
  api.overrides.set("PATCH me", () => json(me));
  const { user } = renderAt("/desk/settings/profile", api);
  const field = await screen.findByRole("combobox", { name: "Hold replies for" });
  await user.selectOptions(field, "30");
  await waitFor(() =>
    expect(asked(api, "PATCH")).toContainEqual(
      expect.objectContaining({ url: "me", body: { undo_send_seconds: 30 } }),
    ),
  );
});

function allow(api: FakeApi, permissions: string[]) {
  api.overrides.set("GET me", () => json({ ...me, permissions }));
}

function parentOf(element: HTMLElement): HTMLElement {
  const { parentElement } = element;
  if (!parentElement) throw new Error("it stands nowhere");
  return parentElement;
}
