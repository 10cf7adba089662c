import { screen, waitFor, within } from "@testing-library/react";
import { beforeEach, expect, test } from "vitest";
import { i18next } from "@/app/i18n";
import { me } from "./fake/people";
import { createFakeApi, type FakeApi, json } from "./fake/server";
import { renderAt } from "./render";

const parked = {
  id: 9,
  consumer: "webhooks",
  lane: "3",
  change_id: 77,
  command: "ticket.reply",
  attempts: 6,
  error: "ConnectionRefusedError: nobody answers",
  error_notice: null as Record<string, unknown> | null,
  parked_at: "2026-11-22T10:00:00Z",
};
const operations = {
  verdict: "healthy",
  measured_at: null,
  findings: [],
  services: [],
  backups: [],
  recovery_seconds: null,
  releases: [],
  version: "0.1.0",
  outbox: {},
  jobs: {},
  requests: [],
  notes: [],
};
let api: FakeApi;
let left = [parked];

function show(permissions: string[]) {
  api.overrides.set("GET me", () => json({ ...me, permissions }));
  return renderAt("/desk/settings/operations", api);
}

beforeEach(() => {
  api = createFakeApi();
  left = [parked];
  api.overrides.set("GET operations", () =>
    json({ ...operations, parked_changes: { count: left.length ? 21 : 0, newest: left } }),
  );
  for (const verb of ["replay", "discard"])
    api.overrides.set(`POST operations/parked-changes/9/${verb}`, () => {
      left = [];
      return new Response(null, { status: 204 });
    });
});

const card = async () => within(await screen.findByRole("region", { name: "Parked changes" }));

test("a parked change is told in the reader's words where they are known", async () => {
  const notice = { code: "ledger.ended_the_process", parameters: { times: 3 }, text: "English" };
  left = [{ ...parked, error: "English", error_notice: notice }];
  const words = { notice: { ledger: { ended_the_process: "Fino {{times}}" } } };
  i18next.addResourceBundle("en", "translation", words, true, true);
  show(["operations:read"]);
  const list = await card();
  expect(list.getByText("Fino 3")).toBeVisible();
});

test("a parked change is told with its error, and tried again", async () => {
  const { user } = show(["operations:read", "operations:manage"]);
  const list = await card();
  expect(list.getByText("ConnectionRefusedError: nobody answers")).toBeVisible();
  expect(list.getByText("change 77, ticket.reply, 6 attempts")).toBeVisible();
  expect(list.getByText("20 older ones are not shown.")).toBeVisible();
  await user.click(list.getByRole("button", { name: "Try again" }));
  await waitFor(() => expect(screen.queryByText("Parked changes")).toBeNull());
});

test("a parked change is discarded for a reason only", async () => {
  const { user } = show(["operations:read", "operations:manage"]);
  await user.click((await card()).getByRole("button", { name: "Discard" }));
  const dialog = within(await screen.findByRole("dialog"));
  expect(dialog.getByRole("button", { name: "Discard" })).toBeDisabled();
  await user.type(dialog.getByRole("textbox", { name: "Reason" }), "Gone");
  await user.click(dialog.getByRole("button", { name: "Discard" }));
  await waitFor(() => expect(screen.queryByText("Parked changes")).toBeNull());
  const sent = api.calls.filter((call) => call.url === "operations/parked-changes/9/discard");
  expect(sent.map((call) => call.body)).toEqual([{ reason: "Gone" }]);
});

test("who only reads the page can settle nothing", async () => {
  show(["operations:read"]);
  const list = await card();
  for (const name of ["Try again", "Discard"])
    expect(list.getByRole("button", { name })).toBeDisabled();
});
