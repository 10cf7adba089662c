import { screen, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { createFakeApi, json } from "./fake/server";
import { renderAt } from "./render";

function company() {
  const api = createFakeApi();
  const ticket = api.tickets.find(({ thread }) => thread.some((item) => item.type === "message"));
  if (!ticket) throw new Error("the invented company has no ticket");
  ticket.can.reply = true;
  return { api, ticket, path: `tickets/${ticket.number}` };
}

const conversation = {
  id: 7,
  kind: "side",
  subject: "Spare part",
  people: [{ name: "", address: "parts@supplier.example" }],
  closed_at: null,
  created_at: "2026-11-22T10:00:00Z",
  version: 1,
  message_count: 1,
  last_message_at: "2026-11-22T10:00:00Z",
  last_author: "Mina Farouk",
  preview: "When?",
  unread: true,
};

type User = ReturnType<typeof renderAt>["user"];

/** Pastes instead of typing key by key: each key draws the page anew. */
async function write(user: User, field: HTMLElement, text: string) {
  await user.click(field);
  await user.paste(text);
}

const sent = { conversation, message: null, change_id: 900, undo_seconds: 10 };

test("a message is forwarded from its menu, with a text before it, and can be taken back", async () => {
  const { api, ticket, path } = company();
  const message = ticket.thread.find((item) => item.type === "message" && item.kind === "reply");
  api.overrides.set(`POST ${path}/forward`, () => json(sent, 201));
  const { user } = renderAt(`/desk/tickets/${ticket.number}`, api);
  const thread = within(await screen.findByRole("log", { name: "Thread" }));
  const [menu] = thread.getAllByRole("button", { name: "More" });
  if (!menu) throw new Error("a message has no menu");
  await user.click(menu);
  await user.click(await screen.findByRole("menuitem", { name: "Forward", hidden: true }));
  const dialog = within(await screen.findByRole("dialog"));
  const button = await dialog.findByRole("button", { name: "Forward" });
  expect(button).toBeDisabled();
  await write(user, dialog.getByRole("textbox", { name: "Add to To" }), "parts@supplier.example,");
  await write(user, dialog.getByRole("textbox", { name: "Text before it" }), "Can you help?");
  await user.click(button);
  expect(await screen.findByText("Forwarded")).toBeVisible();
  expect(screen.queryByRole("dialog")).toBeNull();
  expect(api.calls.findLast((call) => call.url.endsWith("/forward"))?.body).toMatchObject({
    message_id: message?.id,
    to: [{ address: "parts@supplier.example" }],
    text: "Can you help?",
    confirm_recipients: false,
  });
});

test("a conversation starts from the ticket's menu and carries nothing of the requester's", async () => {
  const { api, ticket, path } = company();
  api.overrides.set(`POST ${path}/conversations`, () => json(sent, 201));
  const { user } = renderAt(`/desk/tickets/${ticket.number}`, api);
  await screen.findByRole("log", { name: "Thread" });
  await user.click(screen.getByRole("button", { name: "More actions" }));
  await user.click(
    await screen.findByRole("menuitem", {
      name: "Start a conversation with others",
      hidden: true,
    }),
  );
  const dialog = within(await screen.findByRole("dialog"));
  await write(
    user,
    await dialog.findByRole("textbox", { name: "Add to To" }),
    "parts@supplier.example,",
  );
  await write(user, dialog.getByRole("textbox", { name: /Subject/ }), "Spare part");
  await write(user, dialog.getByRole("textbox", { name: /Message/ }), "When?");
  await user.click(dialog.getByRole("button", { name: "Send" }));
  expect(await screen.findByText("Sent")).toBeVisible();
  expect(api.calls.findLast((call) => call.url.endsWith("/conversations"))?.body).toMatchObject({
    subject: "Spare part",
    message_ids: [],
    file_ids: [],
  });
});

test("the panel lists conversations, and one that is opened is read, answered and closed", async () => {
  const { api, ticket, path } = company();
  api.overrides.set(`GET ${path}/conversations`, () =>
    json({ items: [conversation], next_cursor: null }),
  );
  api.overrides.set(`GET ${path}/conversations/7`, () =>
    json({ conversation, messages: [], thread_cursor: null }),
  );
  api.overrides.set(`POST ${path}/conversations/7/read`, () => new Response(null, { status: 204 }));
  api.overrides.set(`POST ${path}/conversations/7/messages`, () => json(sent, 201));
  api.overrides.set(`PATCH ${path}/conversations/7`, () => json(conversation));
  const { user } = renderAt(`/desk/tickets/${ticket.number}`, api);
  const row = await screen.findByRole("button", { name: "Open the conversation “Spare part”" });
  expect(row).toHaveAttribute("data-unread");
  await user.click(row);
  const dialog = within(await screen.findByRole("dialog", { name: "Spare part" }));
  const field = await dialog.findByRole("textbox", { name: "Write to parts@supplier.example" });
  expect(api.calls.some((call) => call.url.endsWith("/conversations/7/read"))).toBe(true);
  await write(user, field, "Thank you.");
  await user.click(dialog.getByRole("button", { name: "Send" }));
  expect(api.calls.findLast((call) => call.url.endsWith("/7/messages"))?.body).toEqual({
    text: "Thank you.",
    confirm_recipients: false,
  });
  await user.click(dialog.getByRole("button", { name: "Close the conversation" }));
  expect(api.calls.findLast((call) => call.method === "PATCH")?.body).toEqual({ closed: true });
});

test("a forward too large for its relay says so, and fits without the file", async () => {
  const { api, ticket, path } = company();
  const message = ticket.thread.find((item) => item.type === "message" && item.kind === "reply");
  if (message?.type !== "message") throw new Error("the ticket has no reply");
  message.attachments = [1, 2].map((id) => ({
    ...{ id, filename: `log-${id}.zip`, mime_type: "application/zip", size: 4_000_000 },
    ...{ inline: false, redacted: false, url: `/api/v1/attachments/${id}` },
  }));
  api.overrides.set(`GET ${path}/mail-limit`, () => json({ max_bytes: 10_000_000 }));
  const { user } = renderAt(`/desk/tickets/${ticket.number}`, api);
  const thread = within(await screen.findByRole("log", { name: "Thread" }));
  const [menu] = thread.getAllByRole("button", { name: "More" });
  if (!menu) throw new Error("a message has no menu");
  await user.click(menu);
  await user.click(await screen.findByRole("menuitem", { name: "Forward", hidden: true }));
  const dialog = within(await screen.findByRole("dialog"));
  await write(user, await dialog.findByRole("textbox", { name: "Add to To" }), "a@b.example,");
  expect(await dialog.findByText(/^Too large for the relay/)).toBeVisible();
  expect(dialog.getByRole("button", { name: "Forward" })).toBeDisabled();
  await user.click(dialog.getByRole("checkbox", { name: "log-1.zip" }));
  const meter = dialog.getByRole("meter", { name: "Size of the mail" });
  expect(meter.parentElement).toHaveAttribute("data-state", "fits");
  expect(dialog.getByRole("button", { name: "Forward" })).toBeEnabled();
});
