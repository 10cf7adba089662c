import { screen, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { createFakeApi, json } from "./fake/server";
import { renderAt } from "./render";

function company() {
  const api = createFakeApi();
  const [one, other, third] = api.tickets;
  if (!one || !other || !third) throw new Error("the invented company has too few tickets");
  const link = (id: number, kind: string, to: typeof one, category: string) => ({
    id,
    kind,
    number: to.number,
    subject: to.subject,
    category,
    status: category,
    requester: to.requester.name,
    created_at: to.created_at,
  });
  const related = [
    link(1, "child", other, "open"),
    link(2, "child", third, "resolved"),
    link(3, "incident", third, "open"),
  ];
  api.overrides.set(`GET tickets/${one.number}/links`, () =>
    json({ items: [], merged: [], related }),
  );
  api.overrides.set("POST tickets/bulk", () => json({ change_id: 7, updated: [], refused: [] }));
  return { api, one, other, third };
}

test("the panel shows links by kind, removes one, and resolves open children with their parent", async () => {
  const { api, one, other, third } = company();
  api.overrides.set(
    `DELETE tickets/${one.number}/links/1`,
    () => new Response(null, { status: 204 }),
  );
  const { user } = renderAt(`/desk/tickets/${one.number}`, api);
  const panel = within(await screen.findByRole("region", { name: "Links" }));
  expect(panel.getByRole("heading", { name: "Children" })).toBeVisible();
  expect(panel.getByText("1 incident, 0 done")).toBeVisible();
  expect(panel.getByRole("link", { name: "Answer 1 open incident" })).toHaveAttribute(
    "href",
    expect.stringContaining(String(third.number)),
  );
  await user.click(panel.getByRole("button", { name: "Resolve with 1 child" }));
  expect(api.calls.findLast((call) => call.url === "tickets/bulk")?.body).toEqual({
    numbers: [one.number, other.number],
    set: { status: "resolved" },
  });
  await user.click(panel.getByRole("button", { name: `Remove the link to #${other.number}` }));
  expect(api.calls.some((call) => call.method === "DELETE")).toBe(true);
});

test("I asks which ticket to link to and what it is", async () => {
  const { api, one, other } = company();
  api.overrides.set(
    `POST tickets/${one.number}/links`,
    () => new Response(null, { status: 204, headers: { "X-Change-Id": "9" } }),
  );
  const { user } = renderAt(`/desk/tickets/${one.number}`, api);
  await screen.findByRole("log", { name: "Thread" });
  await user.keyboard("i");
  const dialog = within(await screen.findByRole("dialog"));
  await user.click(dialog.getByRole("button", { name: "Search by number, subject or words" }));
  await user.keyboard(other.subject.slice(0, 12));
  await user.click(
    await screen.findByRole("option", { name: new RegExp(`#${other.number}`), hidden: true }),
  );
  await user.selectOptions(dialog.getByRole("combobox", { name: /What it is/ }), "Its parent");
  await user.click(dialog.getByRole("button", { name: "Link" }));
  await screen.findByText(`#${one.number} and #${other.number} are linked`);
  expect(
    api.calls.findLast((call) => call.method === "POST" && call.url.endsWith("/links"))?.body,
  ).toEqual({ number: other.number, kind: "parent" });
});
