import { screen, within } from "@testing-library/react";
import i18next from "i18next";
import { expect, test, vi } from "vitest";
import { durationText, secondsOf, typedDuration } from "@/features/tickets/time/duration";
import "@/features/tickets/time/texts";
// Loaded before a test waits for it.
import "@/features/tickets/TicketPage";
import "@/features/tickets/time/TimePanel";
import { me } from "./fake/people";
import { createFakeApi, json } from "./fake/server";
import { renderAt } from "./render";

// The first screen of a file takes long on a busy machine.
vi.setConfig({ testTimeout: 60_000 });
const patient = { timeout: 20_000 };

const moment = "2026-11-30T09:00:00Z";
const entry = {
  id: 5,
  number: 1,
  person_id: 2,
  person_name: "Mina Farouk",
  activity_id: 1,
  activity_name: "On site",
  seconds: 5400,
  billable: false,
  started_at: moment,
  note: "Changed the drum",
  version: 1,
  can_edit: true,
};

function company(timer: object | null = null) {
  const api = createFakeApi();
  const [ticket] = api.tickets;
  if (!ticket) throw new Error("the invented company has no ticket");
  const path = `tickets/${ticket.number}`;
  api.overrides.set(`GET ${path}/time-entries`, () =>
    json({
      items: [entry],
      next_cursor: null,
      seconds: 5400,
      billable_seconds: 0,
      timer,
      can_log: true,
    }),
  );
  api.overrides.set("GET timers", () => json({ items: [] }));
  api.overrides.set("GET time-activities", () =>
    json({
      items: [{ id: 1, name: "On site", billable: false, retired: false, version: 1 }],
    }),
  );
  return { api, ticket, path };
}

test.each([
  ["45", 2700],
  ["1:30", 5400],
  ["2h 15m", 8100],
  ["90s", 90],
  ["1,5h", 5400],
  ["0", null],
  ["25h", null],
  ["-5", null],
  ["soon", null],
  ["", null],
])("the duration %j is %j seconds", (text, seconds) => {
  expect(secondsOf(text)).toBe(seconds);
});

test("a duration that is typed again is the same", () => {
  for (const seconds of [1, 59, 60, 61, 3599, 3600, 3661, 5400, 86_399, 86_400])
    expect(secondsOf(typedDuration(seconds))).toBe(seconds);
  expect(durationText(5400, i18next.t, "en")).toBe("1 h 30 min");
  expect(durationText(75, i18next.t, "en")).toBe("1 min 15 s");
});

test("the panel shows who worked how long, and time is entered with a duration in words", async () => {
  const { api, ticket, path } = company();
  api.overrides.set(`POST ${path}/time-entries`, () => json(entry, 201, { "X-Change-Id": "9" }));
  const { user } = renderAt(`/desk/tickets/${ticket.number}`, api);
  const panel = within(await screen.findByRole("region", { name: "Time" }, patient));
  expect(panel.getByText("1 h 30 min in all, 0 s billable")).toBeVisible();
  expect(panel.getByText("On site · not billable · Changed the drum")).toBeVisible();
  await user.click(panel.getByRole("button", { name: "Enter time" }));
  const dialog = within(await screen.findByRole("dialog", {}, patient));
  const duration = dialog.getByRole("textbox", { name: "Duration" });
  await user.clear(duration);
  await user.type(duration, "often");
  await user.click(dialog.getByRole("button", { name: "Add" }));
  expect(await dialog.findByText(/Write a duration/, {}, patient)).toBeVisible();
  await user.clear(duration);
  await user.type(duration, "1:15");
  await user.selectOptions(dialog.getByRole("combobox", { name: "Activity" }), "On site");
  await user.click(dialog.getByRole("button", { name: "Add" }));
  expect(
    await screen.findByText(`1 h 15 min entered on #${ticket.number}`, {}, patient),
  ).toBeVisible();
  const sent = api.calls.find(
    (call) => call.method === "POST" && call.url.includes("time-entries"),
  );
  expect(sent?.body).toMatchObject({
    seconds: 4500,
    activity_id: 1,
    billable: false,
    timer: false,
  });
});

test("a note of time is redacted for good, with a reason, and nothing else is sent", async () => {
  const { api, ticket } = company();
  const lead = { ...me, permissions: [...me.permissions, "ticket:redact"] };
  api.overrides.set("GET me", () => json(lead));
  api.overrides.set("POST redactions", () => json({ traces: 2, mails: 0 }));
  const { user } = renderAt(`/desk/tickets/${ticket.number}`, api);
  const panel = within(await screen.findByRole("region", { name: "Time" }, patient));
  await user.click(panel.getByRole("button", { name: /^Change time/ }));
  await user.click(await screen.findByRole("button", { name: "Redact…" }, patient));
  const form = within(await screen.findByRole("form", { name: "Redact this note" }, patient));
  expect(form.getByText(/nobody can bring it back/)).toBeVisible();
  const submit = form.getByRole("button", { name: "Redact for good" });
  expect(submit).toBeDisabled();
  await user.type(form.getByRole("textbox", { name: "Reason" }), "Card number");
  await user.click(submit);
  expect(await screen.findByText("Redacted", {}, patient)).toBeVisible();
  const written = api.calls.filter(
    ({ method, url }) => method !== "GET" && /redactions|time-entries/.test(url),
  );
  expect(written.map(({ method, url, body }) => [method, url, body])).toEqual([
    ["POST", "redactions", { kind: "time_entry", id: 5, reason: "Card number" }],
  ]);
});

test("a timer is stopped into an entry filled in with what it measured", async () => {
  const timer = {
    number: 1,
    subject: "x",
    seconds: 125,
    running_since: moment,
    started_at: moment,
    now: moment,
  };
  const { api, ticket, path } = company(timer);
  api.overrides.set(`PUT ${path}/timer`, () => json({ ...timer, running_since: null }));
  api.overrides.set(`POST ${path}/time-entries`, () => json(entry, 201, { "X-Change-Id": "9" }));
  const { user } = renderAt(`/desk/tickets/${ticket.number}`, api);
  const panel = within(await screen.findByRole("region", { name: "Time" }, patient));
  expect(panel.getByText(/^Timer: 0:02:/)).toBeVisible();
  await user.click(panel.getByRole("button", { name: "Stop and enter" }));
  expect(api.calls.some((call) => call.method === "PUT" && call.url.endsWith("/timer"))).toBe(true);
  const dialog = within(await screen.findByRole("dialog", {}, patient));
  expect(dialog.getByRole("textbox", { name: "Duration" })).toHaveDisplayValue(/^2m/);
  await user.click(dialog.getByRole("button", { name: "Add" }));
  const sent = api.calls.find(
    (call) => call.method === "POST" && call.url.includes("time-entries"),
  );
  expect(sent?.body).toMatchObject({ timer: true });
});

test("the page of totals shows groups, their sum and the activities", async () => {
  const { api } = company();
  api.overrides.set("GET time-entries/totals", () =>
    json({
      items: [{ key: "2", name: "Mina Farouk", entries: 3, seconds: 7200, billable_seconds: 60 }],
      next_cursor: null,
      groups: 1,
      entries: 3,
      seconds: 7200,
      billable_seconds: 60,
    }),
  );
  renderAt("/desk/settings/time", api);
  const table = within(await screen.findByRole("table", {}, patient));
  expect(table.getByRole("row", { name: "Mina Farouk 3 2 h 1 min" })).toBeVisible();
  expect(table.getByRole("row", { name: "All 3 2 h 1 min" })).toBeVisible();
  expect(screen.getByRole("button", { name: "Edit On site" })).toBeVisible();
});
