import { screen, waitFor, within } from "@testing-library/react";
import { beforeEach, expect, test } from "vitest";
import { lifecycleRules, me, teams } from "./fake/people";
import { createFakeApi, type FakeApi, json } from "./fake/server";
import { renderAt } from "./render";

let api: FakeApi;
const [team] = teams;
if (!team) throw new Error("The fake has a team.");
const own = { ...lifecycleRules.workspace, team_id: team.id, version: 4, close_after_days: null };

beforeEach(() => {
  api = createFakeApi();
  const permissions = ["ticket:read", "people:read", "settings:statuses:edit"];
  api.overrides.set("GET me", () => json({ ...me, permissions }));
});

const calls = (method: string, url: string) =>
  api.calls.filter((call) => call.method === method && call.url === url);
const answer = (rules: object) => () => json(rules, 200, { "X-Change-Id": "91" });

test("rules are said in a line each, and a team without its own follows the workspace", async () => {
  api.overrides.set("GET lifecycle-rules", () => json({ ...lifecycleRules, teams: [own] }));
  renderAt("/desk/settings/statuses", api);
  const card = within(await screen.findByRole("region", { name: "Closing and reopening" }));
  expect(
    await card.findByText(
      "closes after 7 days · an answer reopens until it is closed · reopens at its assignee",
    ),
  ).toBeVisible();
  expect(card.getByText(/^never closes by itself/)).toBeVisible();
  expect(card.getAllByText("as the workspace")).toHaveLength(teams.length - 1);
});

test("the workspace's days are changed, with an undo", async () => {
  api.overrides.set("PATCH lifecycle-rules", answer(lifecycleRules));
  const { user } = renderAt("/desk/settings/statuses?edit=rules", api);
  const dialog = within(await screen.findByRole("dialog"));
  const days = dialog.getByLabelText("Days after resolving");
  await user.clear(days);
  await user.click(dialog.getByRole("button", { name: "Save" }));
  expect(await dialog.findByText("Write a whole number of days from 1 to 3650.")).toBeVisible();
  expect(calls("PATCH", "lifecycle-rules")).toEqual([]);
  await user.type(days, "10");
  await user.selectOptions(
    dialog.getByLabelText("An answer of the requester"),
    "reopens the ticket for some days, also when it is closed",
  );
  await user.clear(dialog.getByLabelText("Days after resolving in which it reopens"));
  await user.type(dialog.getByLabelText("Days after resolving in which it reopens"), "30");
  await user.click(dialog.getByRole("switch", { name: /Keep the assignee/ }));
  await user.click(dialog.getByRole("button", { name: "Save" }));
  await waitFor(() =>
    expect(calls("PATCH", "lifecycle-rules").map((call) => call.body)).toEqual([
      {
        close_after_days: 10,
        reopen_within_days: 30,
        keep_assignee: false,
        resolution_required: false,
        version: 0,
      },
    ]),
  );
  await screen.findByText("Rules of closing and reopening saved");
  await screen.findByRole("button", { name: /Undo/ });
});

test("a team gets rules of its own, which begin as the workspace's", async () => {
  api.overrides.set(`PATCH lifecycle-rules/teams/${team.id}`, answer(lifecycleRules));
  const { user } = renderAt(`/desk/settings/statuses?edit=rules-${team.id}`, api);
  const dialog = within(await screen.findByRole("dialog"));
  expect(dialog.queryByLabelText("Days after resolving")).toBeNull();
  await user.click(dialog.getByRole("switch", { name: /Rules of its own/ }));
  await user.click(dialog.getByRole("switch", { name: "Close resolved tickets" }));
  await user.click(dialog.getByRole("button", { name: "Save" }));
  await waitFor(() =>
    expect(calls("PATCH", `lifecycle-rules/teams/${team.id}`).map((call) => call.body)).toEqual([
      {
        close_after_days: null,
        reopen_within_days: null,
        keep_assignee: true,
        resolution_required: false,
        version: 0,
      },
    ]),
  );
});

test("a team follows the workspace again", async () => {
  api.overrides.set("GET lifecycle-rules", () => json({ ...lifecycleRules, teams: [own] }));
  api.overrides.set(`DELETE lifecycle-rules/teams/${team.id}`, answer(lifecycleRules));
  const { user } = renderAt(`/desk/settings/statuses?edit=rules-${team.id}`, api);
  const dialog = within(await screen.findByRole("dialog"));
  await user.click(dialog.getByRole("switch", { name: /Rules of its own/ }));
  await user.click(dialog.getByRole("button", { name: "Save" }));
  await waitFor(() => expect(calls("DELETE", `lifecycle-rules/teams/${team.id}`)).toHaveLength(1));
  await screen.findByText(`${team.name} follows the workspace's rules`);
});

test("who may not change the rules sees them", async () => {
  api.overrides.set("GET me", () => json({ ...me, permissions: ["ticket:read", "people:read"] }));
  renderAt("/desk/settings/statuses?edit=rules", api);
  const dialog = within(await screen.findByRole("dialog"));
  expect(dialog.getByLabelText("Days after resolving")).toBeDisabled();
  expect(dialog.queryByRole("button", { name: "Save" })).toBeNull();
});
