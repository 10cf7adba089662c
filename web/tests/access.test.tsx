import { screen, waitFor, within } from "@testing-library/react";
import { beforeEach, expect, test } from "vitest";
import { me, staff } from "./fake/people";
import { createFakeApi, type FakeApi, json, problem } from "./fake/server";
import { renderAt } from "./render";

const mina = staff[1];
if (!mina) throw new Error("The invented company has a second person.");

let api: FakeApi;

beforeEach(() => {
  api = createFakeApi();
  api.overrides.set("GET me", () =>
    json({ ...me, permissions: [...me.permissions, "settings:people:edit", "audit:read"] }),
  );
  api.overrides.set("GET roles", () =>
    json({ items: [{ id: 2, name: "Agent", permissions: [], built_in: true }] }),
  );
});

const sentTo = (method: string, url: string) =>
  api.calls.filter((call) => call.method === method && call.url === url);
const card = async (name: string) => within(await screen.findByRole("region", { name }));

/** Fills a field as a password manager does. */
async function fill(user: ReturnType<typeof renderAt>["user"], label: string, text: string) {
  await user.click(await screen.findByLabelText(label));
  await user.paste(text);
}

async function openSessionsOfMina() {
  const { user } = renderAt(`/desk/settings/people?edit=${mina?.id}`, api);
  await user.click(await screen.findByRole("button", { name: "Sessions and tokens" }));
  await screen.findByText("Sessions and tokens of Mina Farouk");
  return user;
}

test("an administrator sees where somebody is signed in and which tokens act as them", async () => {
  await openSessionsOfMina();
  const sessions = await card("Sessions");
  expect(sessions.getByText("Safari on iOS")).toBeVisible();
  expect(sessions.getByText("203.0.113.80")).toBeVisible();
  expect(sessions.getByText("Customer portal")).toBeVisible();
  const tokens = await card("API tokens");
  expect(tokens.getByText("Everything its owner may do")).toBeVisible();
  expect(tokens.getByText("1 permission")).toBeVisible();
  expect(tokens.getByText("made by the token nightly export")).toBeVisible();
});

test("one of them is ended only after asking, and what it made ends with it", async () => {
  const user = await openSessionsOfMina();
  await user.click(await screen.findByRole("button", { name: "Revoke nightly export" }));
  expect(sentTo("DELETE", `people/${mina.id}/sessions/34`)).toHaveLength(0);
  expect(screen.getByText("End “nightly export” of Mina Farouk?")).toBeVisible();
  await user.click(screen.getByRole("button", { name: "End" }));
  await waitFor(() => expect(sentTo("DELETE", `people/${mina.id}/sessions/34`)).toHaveLength(1));
  expect(await screen.findByText("No tokens.")).toBeVisible();
});

test("all of them are ended after asking", async () => {
  const user = await openSessionsOfMina();
  await user.click(await screen.findByRole("button", { name: "End all" }));
  const asking = await screen.findByText(/is signed out everywhere at once/);
  const dialog = asking.closest('[role="dialog"]');
  await user.click(within(dialog as HTMLElement).getByRole("button", { name: "End all" }));
  await waitFor(() => expect(sentTo("DELETE", `people/${mina.id}/sessions`)).toHaveLength(1));
  expect(
    await screen.findByText("All sessions and tokens of Mina Farouk have ended"),
  ).toBeVisible();
});

test("a refusal is said, and nothing is gone", async () => {
  const detail = "Nobody can grant what they do not have: you lack audit:read.";
  api.overrides.set(`DELETE people/${mina.id}/sessions/34`, () =>
    problem(403, "grant_too_wide", detail),
  );
  const user = await openSessionsOfMina();
  await user.click(await screen.findByRole("button", { name: "Revoke nightly export" }));
  await user.click(screen.getByRole("button", { name: "End" }));
  expect(await screen.findByText(detail)).toBeVisible();
  expect(screen.getByText("nightly export")).toBeVisible();
});

test("without the permission a person's sessions are not offered", async () => {
  api.overrides.set("GET me", () => json(me));
  renderAt(`/desk/settings/people?edit=${mina.id}`, api);
  await screen.findByRole("dialog");
  expect(screen.queryByRole("button", { name: "Sessions and tokens" })).toBeNull();
});

test("one signs out everywhere else and may keep one's tokens", async () => {
  const { user } = renderAt("/desk/settings/profile", api);
  await user.click(await screen.findByRole("button", { name: "Sign out everywhere else" }));
  await user.click(screen.getByRole("switch", { name: "Keep my API tokens" }));
  await user.click(screen.getByRole("button", { name: "Sign out" }));
  await waitFor(() => expect(sentTo("DELETE", "me/sessions?keep_tokens=true")).toHaveLength(1));
  await waitFor(() => expect(screen.queryByText("Safari on iOS")).toBeNull());
  expect(screen.getByText("nightly export")).toBeVisible();
});

test("a new password says which tokens end with the old one, unless they are kept", async () => {
  const { user } = renderAt("/desk/settings/profile", api);
  await fill(user, "Current password", "the old one");
  await fill(user, "New password", "seven quiet herons wade");
  expect(await screen.findByText(/These 2 API tokens end .* nightly export\./)).toBeVisible();
  await user.click(screen.getByRole("switch", { name: "Keep my API tokens" }));
  expect(screen.getByText(/These 2 API tokens stay/)).toBeVisible();
  await user.click(screen.getByRole("button", { name: "Change the password" }));
  await waitFor(() =>
    expect(sentTo("POST", "me/password")[0]?.body).toEqual({
      current_password: "the old one",
      new_password: "seven quiet herons wade",
      keep_tokens: true,
    }),
  );
});

test("a guessable password is refused at its field, with the reason", async () => {
  const errors = [{ field: "new_password", message: "said by the server" }];
  api.overrides.set("POST me/password", () =>
    problem(422, "weak_password", "said by the server", { reason: "own_data", errors }),
  );
  const { user } = renderAt("/desk/settings/profile", api);
  await fill(user, "Current password", "the old one");
  await fill(user, "New password", "tomasz@halvorsen.example");
  await user.click(screen.getByRole("button", { name: "Change the password" }));
  expect(await screen.findByText(/It is made of your name, your address/)).toBeVisible();
  expect(screen.getByLabelText("New password")).toBeInvalid();
});

test("the list of changes says how many sessions and tokens a change ended", async () => {
  const change = { via: "session", undo_of: null, undone: false, at: "2026-11-22T10:00:00Z" };
  const actor = { id: 2, name: "Mina Farouk" };
  const summary = { name: "Kari Aas", ended_count: 3 };
  api.overrides.set("GET changes", () =>
    json({
      items: [
        { ...change, id: 3, actor, command: "session.end_all_of", summary, ticket_number: null },
      ],
      next_cursor: null,
    }),
  );
  renderAt("/desk/settings/changes", api);
  expect(
    await screen.findByText(
      /ended all sessions and tokens of Kari Aas \(3 sessions and tokens ended\)/,
    ),
  ).toBeVisible();
});

const allowed = (permissions: readonly string[]) =>
  api.overrides.set("GET me", () => json({ ...me, permissions }));

test("whoever may open tickets is offered it", async () => {
  allowed(me.permissions);
  renderAt("/desk/tickets", api);
  expect(await screen.findByRole("button", { name: "New ticket" })).toBeVisible();
});

test("nobody else is, by key or palette neither", async () => {
  allowed(me.permissions.filter((one) => one !== "ticket:open"));
  const { user } = renderAt("/desk/tickets", api);
  await screen.findByText("Payroll export stops at employee 412");
  expect(screen.queryByRole("button", { name: "New ticket" })).toBeNull();
  await user.keyboard("c");
  await user.keyboard("{Control>}k{/Control}");
  await user.keyboard("new ticket");
  expect(await screen.findByText("Nothing matches these words")).toBeVisible();
  expect(screen.queryByText("New ticket")).toBeNull();
});
