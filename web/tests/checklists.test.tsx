import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import "@/features/tickets/checklists/texts";
// Loaded before a test waits for it.
import "@/features/tickets/TicketPage";
import "@/features/tickets/checklists/ChecklistFact";
import "@/features/tickets/checklists/ChecklistPanel";
import { createFakeApi, json } from "./fake/server";
import { renderAt } from "./render";

// The first screen of a file takes long on a busy machine.
vi.setConfig({ testTimeout: 60_000 });
const patient = { timeout: 20_000 };

const item = (id: number, text: string, more: object = {}) => ({
  id,
  text,
  person: null,
  due_at: null,
  required: false,
  done_at: null,
  done_by: null,
  version: 1,
  ...more,
});

function company() {
  const api = createFakeApi();
  const [ticket] = api.tickets;
  if (!ticket) throw new Error("the invented company has no ticket");
  ticket.checklist = { done: 1, total: 3, required: 1 };
  const path = `tickets/${ticket.number}/checklists`;
  const items = [
    item(1, "Order it", {
      done_at: "2026-11-30T09:00:00Z",
      done_by: { id: 2, name: "Mina Farouk" },
    }),
    item(2, "Sign", { required: true, person: { id: 2, name: "Mina Farouk" } }),
    item(3, "Hand over"),
  ];
  api.overrides.set(`GET ${path}`, () =>
    json({
      items: [{ id: 7, name: "Setup", version: 1, items }],
      done: 1,
      total: 3,
      can_edit: true,
    }),
  );
  for (const one of items)
    api.overrides.set(`PATCH ${path}/7/items/${one.id}`, () =>
      json(one, 200, { "X-Change-Id": "9" }),
    );
  api.overrides.set(`POST ${path}/7/items`, () =>
    json(item(4, "Ask"), 201, { "X-Change-Id": "10" }),
  );
  /** What was sent of items, with the end of each address. */
  const asked = () =>
    api.calls
      .filter(({ method, url }) => method !== "GET" && url.includes("/checklists/"))
      .map(({ url, body }) => [url.split("/").at(-1), body]);
  return { api, ticket, asked };
}

test("items are done, added by enter and moved by keys, and the ticket says what holds it up", async () => {
  const { api, ticket, asked } = company();
  const { user } = renderAt(`/desk/tickets/${ticket.number}`, api);
  const panel = within(await screen.findByRole("region", { name: "Checklists" }, patient));
  expect(panel.getByText("Setup: 1 of 3 done")).toBeInTheDocument();
  expect(panel.getByText(/done by Mina Farouk/)).toBeVisible();
  expect(panel.getByText("Mina Farouk · required")).toBeVisible();
  expect(
    await screen.findByText(/One required item is open: the ticket cannot be resolved/),
  ).toBeInTheDocument();
  await user.click(panel.getByRole("checkbox", { name: "Sign" }));
  await waitFor(() => expect(asked()).toContainEqual(["2", { done: true }]));
  expect(await screen.findByText("“Sign” is done")).toBeVisible();
  await user.click(panel.getByRole("checkbox", { name: "Order it" }));
  await waitFor(() => expect(asked()).toContainEqual(["1", { done: false }]));
  await user.type(panel.getByRole("textbox", { name: "New item of Setup" }), " Ask {Enter}");
  await waitFor(() => expect(asked()).toContainEqual(["items", { text: "Ask", required: false }]));
  fireEvent.keyDown(panel.getByRole("button", { name: "Edit Hand over" }), {
    key: "ArrowUp",
    altKey: true,
  });
  await waitFor(() => expect(asked()).toContainEqual(["3", { place: 1 }]));
});

test("an item's dialog sends only what was changed", async () => {
  const { api, ticket, asked } = company();
  const { user } = renderAt(`/desk/tickets/${ticket.number}`, api);
  const panel = within(await screen.findByRole("region", { name: "Checklists" }, patient));
  await user.click(panel.getByRole("button", { name: "Edit Hand over" }));
  const dialog = within(await screen.findByRole("dialog", {}, patient));
  await user.click(dialog.getByRole("switch", { name: "Required before resolving" }));
  await user.click(dialog.getByRole("button", { name: "Save" }));
  await waitFor(() => expect(asked()).toContainEqual(["3", { required: true, version: 1 }]));
});
