import { screen, waitFor, within } from "@testing-library/react";
import { beforeEach, expect, test } from "vitest";
import { me } from "./fake/people";
import { createFakeApi, type FakeApi, json } from "./fake/server";
import { renderAt } from "./render";

const tag = {
  id: 3,
  name: "vpn",
  description: "Remote access",
  color: null,
  retired: false,
  version: 2,
  tickets: 12,
  former: ["tunnel"],
};

let api: FakeApi;

beforeEach(() => {
  api = createFakeApi();
  const permissions = ["ticket:read", "settings:tags:edit"];
  api.overrides.set("GET me", () => json({ ...me, permissions }));
  api.overrides.set("GET tags/managed", () =>
    json({ items: [tag, { ...tag, id: null, name: "fax", tickets: 1000 }], next_cursor: null }),
  );
});

const calls = (method: string, url: string) =>
  api.calls.filter((call) => call.method === method && call.url === url).map((call) => call.body);

test("tags stand with their counts, what they mean and what they were called", async () => {
  renderAt("/desk/settings/tags", api);
  await screen.findByText("12 tickets");
  await screen.findByText("1000 tickets or more");
  expect(screen.getAllByText("Remote access · Formerly tunnel")).toHaveLength(2);
});

test("a tag is retired, and only that is sent", async () => {
  api.overrides.set("PATCH tags/vpn", () =>
    json({ tag, change_id: 5, run: null }, 200, { "X-Change-Id": "5" }),
  );
  const { user } = renderAt("/desk/settings/tags", api);
  await user.click(await screen.findByRole("button", { name: "Edit vpn" }));
  const dialog = within(await screen.findByRole("dialog"));
  await user.click(dialog.getByRole("switch", { name: /Offered and accepted/ }));
  await user.click(dialog.getByRole("button", { name: "Save" }));
  await waitFor(() => expect(calls("PATCH", "tags/vpn")).toEqual([{ retired: true, version: 2 }]));
  await screen.findByText("Tag vpn saved");
});

test("a merge leads to the report that undoes it", async () => {
  const run = {
    id: 9,
    kind: "tag",
    state: "done",
    asked_by: { id: 1, name: "Ada" },
    request: {},
    cancel_asked: false,
    total: 12,
    changed: 12,
    unchanged: 0,
    refused: 0,
    problem: null,
    undo_of: null,
    undone_by: null,
    mail_at: null,
    created_at: "2026-11-20T10:00:00Z",
    started_at: null,
    finished_at: "2026-11-20T10:00:09Z",
    can_undo: true,
    refused_items: [],
  };
  api.overrides.set("POST tags/vpn/merge", () => json({ tag, change_id: 5, run }));
  api.overrides.set("GET bulk/9", () => json(run));
  const { user } = renderAt("/desk/settings/tags", api);
  await user.click(await screen.findByRole("button", { name: "Merge vpn into another tag" }));
  const dialog = within(await screen.findByRole("dialog"));
  await user.type(dialog.getByLabelText("Other tag"), "remote");
  await user.click(dialog.getByRole("button", { name: "Merge" }));
  await waitFor(() => expect(calls("POST", "tags/vpn/merge")).toEqual([{ into: "remote" }]));
  await screen.findByRole("heading", { name: "#9 Change of a tag" });
  await screen.findByRole("button", { name: "Undo all of it" });
});
