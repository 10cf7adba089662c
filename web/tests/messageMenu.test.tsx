import { screen, within } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import type { Ticket } from "@/api/types";
// Loaded before a test waits for it.
import "@/features/tickets/components/NoteDialog";
import { createFakeApi, json } from "./fake/server";
import { renderAt } from "./render";

// The first screen of a file takes long on a busy machine.
vi.setConfig({ testTimeout: 60_000 });
const patient = { timeout: 20_000 };

function withNote() {
  const api = createFakeApi();
  const ticket = api.tickets.find((one) => noteOf(one));
  const note = ticket && noteOf(ticket);
  if (!ticket || !note) throw new Error("the invented company has no note");
  const version = (number: number, text: string) => ({
    version: number,
    text,
    html: null,
    at: note.created_at,
    actor_name: note.author.name,
  });
  const answer = { items: [version(2, note.text), version(1, "At first")], can_edit: true };
  api.overrides.set(`GET messages/${note.id}/versions`, () => json(answer));
  return { api, ticket, note };
}

function noteOf({ thread }: Ticket) {
  for (const entry of thread) if (entry.type === "message" && entry.kind === "note") return entry;
  return undefined;
}

test("a note is changed with the version that was seen, over what it said before", async () => {
  const { api, ticket, note } = withNote();
  api.overrides.set(
    `PATCH messages/${note.id}/note`,
    () => new Response(null, { status: 204, headers: { "X-Change-Id": "9" } }),
  );
  const { user } = renderAt(`/desk/tickets/${ticket.number}`, api);
  const thread = await screen.findByRole("log", { name: "Thread" }, patient);
  const article = thread.querySelector<HTMLElement>(`#message-${note.id}`);
  if (!article) throw new Error("the note is not shown");
  await user.click(within(article).getByRole("button", { name: "More" }));
  await user.click(
    await screen.findByRole("menuitem", { name: "Change note", hidden: true }, patient),
  );
  const dialog = within(await screen.findByRole("dialog", {}, patient));
  expect(await dialog.findByText("At first", {}, patient)).toBeVisible();
  const field = dialog.getByRole("textbox", { name: "Note" });
  await user.clear(field);
  await user.type(field, "Better");
  await user.click(dialog.getByRole("button", { name: "Save" }));
  expect(await screen.findByText("Note changed", {}, patient)).toBeVisible();
  expect(api.calls.find((call) => call.method === "PATCH")?.body).toEqual({
    text: "Better",
    version: 2,
  });
});

test("the address of a message marks it", async () => {
  const { api, ticket, note } = withNote();
  renderAt(`/desk/tickets/${ticket.number}#message-${note.id}`, api);
  await screen.findByRole("log", { name: "Thread" }, patient);
  expect(document.querySelector("[data-linked]")?.id).toBe(`message-${note.id}`);
});
