import { screen, waitFor, within } from "@testing-library/react";
import { beforeEach, expect, test } from "vitest";
import { me } from "./fake/people";
import { createFakeApi, type FakeApi, json, problem } from "./fake/server";
import { renderAt } from "./render";

const PAGE = "/desk/settings/bulk/outbound";
const refusal = {
  ...{ code: "bulk_named_twice", status: 422, title: "", type: "" },
  ...{ detail: "mina@example.org stands in the list before this, and gets one ticket." },
  parameters: { address: "mina@example.org" },
};
const preview = {
  count: 2,
  most: 500,
  refused: [{ place: 3, address: "mina@example.org", problem: refusal }],
  samples: [
    { address: "mina@example.org", text: "Dear Mina", problem: null },
    { address: "otto@example.org", text: "Dear Otto", problem: null },
  ],
  variables: ["requester.first_name"],
};
const run = {
  ...{ id: 7, kind: "outbound", state: "done", request: {}, cancel_asked: false },
  asked_by: { id: me.person.id, name: me.person.name },
  ...{ total: 3, changed: 2, unchanged: 0, refused: 1, problem: null, undo_of: null },
  ...{ undone_by: null, mail_at: null, created_at: "2026-05-01T10:00:00Z", can_undo: true },
  ...{ started_at: "2026-05-01T10:00:00Z", finished_at: "2026-05-01T10:00:01Z" },
  refused_items: [{ number: 3, address: "mina@example.org", problem: refusal }],
};
const items = [
  { number: 1, state: "changed", change_id: 11, problem: null, opened: 501 },
  { number: 2, state: "changed", change_id: 12, problem: null, opened: 502 },
  { number: 3, state: "refused", change_id: null, problem: refusal, opened: null },
].map((item) => ({
  ...item,
  address: item.number === 2 ? "otto@example.org" : "mina@example.org",
}));

let api: FakeApi;

beforeEach(() => {
  api = createFakeApi();
  const permissions = [...me.permissions, "ticket:read", "ticket:open", "ticket:reply"];
  api.overrides.set("GET me", () => json({ ...me, permissions }));
  api.overrides.set("POST bulk/outbound/preview", () => json(preview));
  api.overrides.set("POST bulk/outbound", () => json(run, 202));
  api.overrides.set("GET bulk/7", () => json(run));
  api.overrides.set("GET bulk/7/tickets", () => json({ items, next_cursor: null }));
});

const fill = async (user: ReturnType<typeof renderAt>["user"]) => {
  await user.click(await screen.findByLabelText("People"));
  await user.paste("Mina <mina@example.org>, otto@example.org\nmina@example.org");
  await user.click(screen.getByLabelText("Subject"));
  await user.paste("Recall");
  await user.click(screen.getByLabelText("Message"));
  await user.paste("Dear {{ requester.first_name }}");
};

test("many people get a ticket each after a preview that says who gets none, and the report lists them", async () => {
  const { user } = renderAt(PAGE, api);
  expect(await screen.findByRole("button", { name: "Open tickets and send mail" })).toBeDisabled();
  await fill(user);
  await screen.findByText("2 tickets will be opened, and their mail sent.");
  expect(screen.getByText("Dear Otto")).toBeVisible();
  expect(screen.getByText(refusal.detail)).toBeVisible();
  expect(screen.getByText("{{ requester.first_name }}")).toBeVisible();
  await user.click(await screen.findByRole("button", { name: "Open 2 tickets and send mail" }));
  expect(await screen.findByRole("link", { name: "#502 for otto@example.org" })).toHaveAttribute(
    "href",
    "/desk/tickets/502",
  );
  const asked = api.calls.find(({ method, url }) => method === "POST" && url === "bulk/outbound");
  expect(asked?.body).toMatchObject({
    people: [
      { name: "Mina", address: "mina@example.org" },
      { name: "", address: "otto@example.org" },
      { name: "", address: "mina@example.org" },
    ],
    subject: "Recall",
    text: "Dear {{ requester.first_name }}",
    team_id: null,
  });
  expect(screen.getByText("These people got no ticket.")).toBeVisible();
  expect(screen.queryByRole("link", { name: "Ticket #3" })).toBeNull();
  expect(screen.getByRole("button", { name: "Undo all of it" })).toBeVisible();
});

test("a text that cannot be read is told, and nothing can be sent", async () => {
  const detail = "There is no variable requestor.name.";
  api.overrides.set("POST bulk/outbound/preview", () => problem(422, "template_broken", detail));
  const { user } = renderAt(PAGE, api);
  await fill(user);
  const told = await screen.findByText(detail);
  expect(told).toBeVisible();
  expect(screen.getByRole("button", { name: "Open tickets and send mail" })).toBeDisabled();
});

test("New ticket leads to it", async () => {
  const { user, router } = renderAt("/desk/tickets", api);
  await screen.findByRole("navigation", { name: "Main" });
  await waitFor(async () => {
    await user.keyboard("c");
    expect(screen.getByRole("dialog", { name: "New ticket" })).toBeVisible();
  });
  const dialog = within(screen.getByRole("dialog", { name: "New ticket" }));
  await user.click(dialog.getByRole("button", { name: "To several people…" }));
  await waitFor(() => expect(router.state.location.pathname).toBe(PAGE));
});
