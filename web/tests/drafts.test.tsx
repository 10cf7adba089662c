import { screen, waitFor, within } from "@testing-library/react";
import { afterEach, expect, test } from "vitest";
import { me } from "./fake/people";
import { createFakeApi, problem } from "./fake/server";
import { renderAt } from "./render";

const NUMBER = 4187;
const TICKET = `/desk/tickets/${NUMBER}`;
const KEY = `atum.draft.${me.person.id}.${NUMBER}.reply`;
const reply = () => screen.findByRole("textbox", { name: "Write a reply" });
const saves = (api: ReturnType<typeof createFakeApi>) =>
  api.calls.filter((call) => call.method === "PUT" && call.url === `tickets/${NUMBER}/draft`);

afterEach(() => {
  globalThis.dispatchEvent(new Event("pagehide"));
  localStorage.clear();
});

test("what is typed is on the server within a second, and in another browser", async () => {
  const { api, user } = renderAt(TICKET);
  await user.type(await reply(), "Half a thought");
  await screen.findByText("Draft saved", undefined, { timeout: 3000 });
  expect(api.drafts.written.get(`${NUMBER}.reply`)?.text).toBe("Half a thought");
  expect(saves(api)[0]?.body).toMatchObject({ kind: "reply", version: null });
});

test("a draft of another browser is shown", async () => {
  const api = createFakeApi();
  api.drafts.save(NUMBER, { kind: "reply", text: "From home" });
  renderAt(TICKET, api);
  await waitFor(async () => expect(await reply()).toHaveValue("From home"));
});

test("a draft that was sent or discarded elsewhere is gone here", async () => {
  localStorage.setItem(KEY, JSON.stringify({ text: "Sent long ago", version: 3, known: true }));
  renderAt(TICKET);
  await waitFor(async () => expect(await reply()).toHaveValue(""));
});

test("what this browser alone has is kept and saved, an earlier release's draft too", async () => {
  localStorage.setItem(`atum.draft.${NUMBER}.reply`, JSON.stringify({ text: "Never saved" }));
  const api = createFakeApi();
  renderAt(TICKET, api);
  await waitFor(() => expect(api.drafts.written.get(`${NUMBER}.reply`)?.text).toBe("Never saved"));
  expect(await reply()).toHaveValue("Never saved");
  await waitFor(() => expect(localStorage.getItem(`atum.draft.${NUMBER}.reply`)).toBeNull());
});

test("the draft of whoever had signed in before is not shown", async () => {
  localStorage.setItem(
    `atum.draft.${me.person.id + 1}.${NUMBER}.reply`,
    JSON.stringify({ text: "Not yours", version: 1, known: true }),
  );
  renderAt(TICKET);
  expect(await reply()).toHaveValue("");
});

test("without the server the text stays here and says so", async () => {
  const api = createFakeApi();
  api.overrides.set(`PUT tickets/${NUMBER}/draft`, () => problem(503, "unavailable", "It rests."));
  const { user } = renderAt(TICKET, api);
  await user.type(await reply(), "Kept");
  await screen.findByText("Saved in this browser only", undefined, { timeout: 3000 });
  expect(localStorage.getItem(KEY)).toContain("Kept");
});

test("a draft too many is not sent again and again", async () => {
  const api = createFakeApi();
  const refused = () => problem(409, "too_many_drafts", "You have 500 drafts already.");
  api.overrides.set(`PUT tickets/${NUMBER}/draft`, refused);
  const { user } = renderAt(TICKET, api);
  await user.type(await reply(), "x");
  await screen.findByText("Saved in this browser only", undefined, { timeout: 3000 });
  await new Promise((resolve) => setTimeout(resolve, 6000));
  expect(saves(api)).toHaveLength(1);
});

test("a sent reply waits for the save on its way, and no save comes after it", async () => {
  const { api, user } = renderAt(TICKET);
  await user.type(await reply(), "All of it{Control>}{Enter}{/Control}");
  await screen.findByText(/Reply held for/);
  const sentAt = api.calls.findIndex((call) => call.url === `tickets/${NUMBER}/messages`);
  await new Promise((resolve) => setTimeout(resolve, 1500));
  expect(api.calls.slice(sentAt).filter((call) => call.method === "PUT")).toEqual([]);
  expect(localStorage.getItem(KEY)).toBeNull();
});

test("a discarded draft comes back by undo", async () => {
  const { api, user } = renderAt(TICKET);
  await user.type(await reply(), "Not needed");
  await screen.findByText("Draft saved", undefined, { timeout: 3000 });
  await user.click(screen.getByRole("button", { name: "More for this draft" }));
  await user.click(await screen.findByRole("menuitem", { name: "Discard draft", hidden: true }));
  await waitFor(async () => expect(await reply()).toHaveValue(""));
  const said = await screen.findByText("Draft discarded");
  await waitFor(() => expect(api.drafts.written.size).toBe(0));
  const slot = said.closest<HTMLElement>("[role=status]");
  if (!slot) throw new Error("the toast is in no live region");
  await user.click(within(slot).getByRole("button", { name: "Undo" }));
  await waitFor(async () => expect(await reply()).toHaveValue("Not needed"));
  await waitFor(() => expect(api.drafts.written.get(`${NUMBER}.reply`)?.text).toBe("Not needed"));
});

test("an earlier version can be written on from", async () => {
  const api = createFakeApi();
  api.drafts.save(NUMBER, { kind: "reply", text: "The first window" });
  api.drafts.save(NUMBER, { kind: "reply", text: "The second window" });
  const { user } = renderAt(TICKET, api);
  await waitFor(async () => expect(await reply()).toHaveValue("The second window"));
  await user.click(screen.getByRole("button", { name: "More for this draft" }));
  await user.click(await screen.findByRole("menuitem", { name: "Earlier versions", hidden: true }));
  const dialog = within(await screen.findByRole("dialog", { name: "Earlier versions" }));
  expect(await dialog.findByText("The first window")).toBeVisible();
  await user.click(dialog.getByRole("button", { name: "Write on from this" }));
  await waitFor(async () => expect(await reply()).toHaveValue("The first window"));
});

test("colleagues who have begun to write are named", async () => {
  const api = createFakeApi();
  const other = { person_id: 99, name: "Inês", kind: "reply", updated_at: "2026-03-04T09:00:00Z" };
  api.overrides.set(`GET tickets/${NUMBER}/drafts`, () =>
    Response.json({ own: [], others: [other] }),
  );
  renderAt(TICKET, api);
  expect(await screen.findByText("Inês has begun a reply")).toBeVisible();
});

test("all drafts stand in one list, and what was discarded comes back from the trash", async () => {
  const api = createFakeApi();
  api.drafts.save(NUMBER, { kind: "reply", text: "Dear Ann" });
  api.drafts.save(4186, { kind: "note", text: "For us" });
  api.drafts.save(4186, { kind: "note", text: "" });
  const { user, router } = renderAt("/desk/drafts", api);
  const list = within(await screen.findByRole("main", { name: "Your drafts" }));
  expect(await list.findByText("Dear Ann")).toBeVisible();
  expect(list.queryByText("For us")).toBeNull();
  await user.click(list.getByRole("link", { name: "Trash" }));
  expect(await list.findByText("For us")).toBeVisible();
  await user.click(list.getByRole("button", { name: "Restore" }));
  expect(await screen.findByText("The draft is back on ticket #4186")).toBeVisible();
  expect(await list.findByText("The trash is empty")).toBeVisible();
  await user.click(list.getByRole("link", { name: "Being written" }));
  await user.click(await list.findByRole("link", { name: /#4187/ }));
  await waitFor(() => expect(router.state.location.pathname).toBe(TICKET));
});
