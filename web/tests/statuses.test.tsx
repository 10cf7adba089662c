import { screen, waitFor, within } from "@testing-library/react";
import { beforeEach, expect, test } from "vitest";
import { me, statuses } from "./fake/people";
import { createFakeApi, type FakeApi, json, problem } from "./fake/server";
import { renderAt } from "./render";

const roles = [
  { id: 1, name: "Agent", permissions: [], built_in: true },
  { id: 2, name: "Team lead", permissions: [], built_in: true },
];
const next = [{ key: "open", role_ids: [2] }, { key: "closed" }];
const shown = statuses.map((one) => (one.key === "new" ? { ...one, next } : one));

let api: FakeApi;

beforeEach(() => {
  api = createFakeApi();
  const permissions = ["ticket:read", "people:read", "settings:statuses:edit"];
  api.overrides.set("GET me", () => json({ ...me, permissions }));
  api.overrides.set("GET roles", () => json({ items: roles }));
  api.overrides.set("GET statuses", () => json({ items: shown }));
});

const calls = (method: string, url: string) =>
  api.calls.filter((call) => call.method === method && call.url === url);

test("a status is added to a category, and an undo is offered", async () => {
  api.overrides.set("POST statuses", () => json(shown[0], 201, { "X-Change-Id": "81" }));
  const { user } = renderAt("/desk/settings/statuses", api);
  await user.click(await screen.findByRole("button", { name: "Add a status" }));
  const dialog = within(await screen.findByRole("dialog"));
  await user.type(dialog.getByLabelText("Name"), "Waiting for parts");
  await user.selectOptions(dialog.getByLabelText("Category"), "waiting");
  await user.click(dialog.getByRole("button", { name: "Add" }));
  await waitFor(() =>
    expect(calls("POST", "statuses").map((call) => call.body)).toEqual([
      { name: "Waiting for parts", category: "waiting", color: null },
    ]),
  );
  await screen.findByText("Status Waiting for parts added");
  await screen.findByRole("button", { name: /Undo/ });
});

test("what a status may become is set with who may do it, and only what changed is sent", async () => {
  api.overrides.set("PATCH statuses/new", () => json(shown[0], 200, { "X-Change-Id": "82" }));
  const { user } = renderAt("/desk/settings/statuses?edit=1", api);
  const dialog = within(await screen.findByRole("dialog"));
  expect(dialog.getByLabelText("Category")).toBeDisabled();
  expect(dialog.getByRole("checkbox", { name: "Open" })).toBeChecked();
  await user.click(dialog.getByRole("checkbox", { name: "Closed" }));
  await user.click(dialog.getByRole("button", { name: "Who may set Open: Team lead" }));
  await user.click(await screen.findByRole("option", { name: "Agent", hidden: true }));
  await user.click(dialog.getByLabelText("Name"));
  await user.click(dialog.getByRole("button", { name: "Save" }));
  await waitFor(() =>
    expect(calls("PATCH", "statuses/new").map((call) => call.body)).toEqual([
      { next: [{ key: "open", role_ids: [1, 2] }], version: 1 },
    ]),
  );
});

test("a status moves up as one change, and the ends go no further", async () => {
  api.overrides.set("PUT statuses/order", () =>
    json({ items: shown }, 200, { "X-Change-Id": "83" }),
  );
  const { user } = renderAt("/desk/settings/statuses", api);
  expect(await screen.findByRole("button", { name: "Move New up" })).toBeDisabled();
  expect(screen.getByRole("button", { name: "Move Closed down" })).toBeDisabled();
  await user.click(screen.getByRole("button", { name: "Move Waiting on requester up" }));
  await waitFor(() =>
    expect(calls("PUT", "statuses/order").map((call) => call.body)).toEqual([
      { keys: ["new", "waiting", "open", "on_hold", "resolved", "closed"] },
    ]),
  );
});

test("the picture says what may follow what, and for whom", async () => {
  renderAt("/desk/settings/statuses", api);
  const row = (await screen.findByRole("rowheader", { name: "New" })).closest("tr");
  if (!row) throw new Error("The table has a row for each status.");
  expect(within(row).getByRole("img", { name: "Team lead" })).toBeVisible();
  expect(within(row).getAllByRole("img", { name: "Everybody" })).toHaveLength(1);
});

test("who may not edit statuses sees them, and a refusal is said", async () => {
  api.overrides.set("GET me", () => json({ ...me, permissions: ["ticket:read"] }));
  renderAt("/desk/settings/statuses", api);
  await screen.findAllByText("Waiting on requester");
  expect(screen.queryByRole("button", { name: /^Move/ })).toBeNull();
  expect(screen.queryByRole("button", { name: "Add a status" })).toBeNull();
});

test("the last status of a category that tickets need stays, and the dialog says why", async () => {
  const detail = "New is the last status in use of its category.";
  api.overrides.set("PATCH statuses/new", () => problem(409, "status_needed", detail));
  const { user } = renderAt("/desk/settings/statuses?edit=1", api);
  const dialog = within(await screen.findByRole("dialog"));
  await user.click(dialog.getByRole("switch", { name: /^In use/ }));
  await user.click(dialog.getByRole("button", { name: "Save" }));
  await dialog.findByText(detail);
});

test("what may follow what is drawn, an arc for each transition, dashed for some roles", async () => {
  renderAt("/desk/settings/statuses", api);
  const picture = await screen.findByRole("img", { name: /the table below says the same/ });
  expect(picture.querySelectorAll("path[marker-end]")).toHaveLength(
    shown
      .filter((one) => one.active)
      .flatMap((one) => one.next)
      .filter(({ key }) => shown.some((one) => one.active && one.key === key)).length,
  );
  expect(within(picture).getByText("New")).toBeInTheDocument();
});

test("managed intake is taken over after a question, with one undo", async () => {
  api.overrides.set("POST statuses/preset", () =>
    json({ items: shown }, 200, { "X-Change-Id": "83" }),
  );
  const { user } = renderAt("/desk/settings/statuses", api);
  await user.click(await screen.findByRole("button", { name: "Use “Managed intake”" }));
  expect(calls("POST", "statuses/preset")).toEqual([]);
  const dialog = within(await screen.findByRole("dialog"));
  await user.click(dialog.getByRole("button", { name: "Use it" }));
  await screen.findByText("The workflow is “Managed intake” now");
  expect(calls("POST", "statuses/preset").map((call) => call.body)).toEqual([
    { preset: "managed_intake" },
  ]);
  await screen.findByRole("button", { name: /Undo/ });
});
