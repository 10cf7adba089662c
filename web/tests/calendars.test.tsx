import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { beforeEach, expect, test, vi } from "vitest";
import { weekText } from "@/features/settings/calendars/draft";
import { me } from "./fake/people";
import { createFakeApi, type FakeApi, json } from "./fake/server";
import { renderAt } from "./render";

const working = [{ opens: "09:00", closes: "17:00" }];
const hours = { mon: working, tue: working, wed: [], thu: [], fri: [], sat: [], sun: [] };
const calendar = {
  id: 3,
  name: "Support",
  time_zone: "Europe/Berlin",
  hours,
  special_days: [],
  country: null,
  region: null,
  imported_days: [{ date: "2026-12-31", name: "Inventory" }],
  imported_from: "feed.ics",
  imported_until: "2036-12-31",
  version: 2,
};

let api: FakeApi;

beforeEach(() => {
  api = createFakeApi();
  // Hundreds of options make each look for a role slow.
  vi.spyOn(Intl, "supportedValuesOf").mockReturnValue(["Europe/Berlin", "UTC"]);
  const permissions = ["ticket:read", "settings:calendars:edit"];
  api.overrides.set("GET me", () => json({ ...me, permissions }));
  api.overrides.set("GET calendars", () => json({ items: [calendar] }));
  api.overrides.set("GET calendars/countries", () =>
    json({ items: [{ code: "DE", regions: ["BE", "BY"] }] }),
  );
  api.overrides.set("POST calendars/preview", () =>
    json({
      days: [{ date: "2026-12-25", name: "Christmas Day", source: "public", is_closed: true }],
      state: {
        at: "2026-11-30T20:00:00Z",
        is_open: false,
        next_opening_at: "2026-12-01T08:00:00Z",
        next_closing_at: null,
      },
    }),
  );
  api.overrides.set("PATCH calendars/3", () => json(calendar, 200, { "X-Change-Id": "5" }));
});

const bodies = (method: string, url: string) =>
  api.calls.filter((call) => call.method === method && call.url === url).map((call) => call.body);

async function openDialog() {
  const { user } = renderAt("/desk/settings/calendars", api);
  await user.click(await screen.findByRole("button", { name: "Edit Support" }));
  return { user, dialog: within(await screen.findByRole("dialog")) };
}

test("a week reads as days of the same hours", () => {
  expect(weekText(hours, "en")).toBe("Monday–Tuesday 09:00–17:00");
});

test("a night is added to a day, and only the week is sent", async () => {
  const { user, dialog } = await openDialog();
  await user.click(dialog.getByRole("button", { name: "Add hours to Saturday" }));
  const opens = dialog.getByLabelText("Saturday, hours 1: opens");
  fireEvent.change(opens, { target: { value: "22:00" } });
  const closes = dialog.getByLabelText("Saturday, hours 1: closes");
  fireEvent.change(closes, { target: { value: "06:00" } });
  await user.click(dialog.getByRole("button", { name: "Remove hours 1 of Tuesday" }));
  await user.click(dialog.getByRole("button", { name: "Save" }));
  const night = [{ opens: "22:00", closes: "06:00" }];
  await waitFor(() =>
    expect(bodies("PATCH", "calendars/3")).toEqual([
      { hours: { ...hours, tue: [], sat: night }, version: 2 },
    ]),
  );
  await screen.findByText("Calendar Support saved");
});

test("the holidays of a country and region are shown before they are saved", async () => {
  const { user, dialog } = await openDialog();
  await dialog.findByText("Christmas Day");
  await user.selectOptions(dialog.getByLabelText("Public holidays of"), "DE");
  await user.selectOptions(await dialog.findByLabelText("Region"), "BY");
  await waitFor(() =>
    expect(bodies("POST", "calendars/preview").at(-1)).toMatchObject({
      country: "DE",
      region: "BY",
      id: 3,
    }),
  );
  expect(bodies("PATCH", "calendars/3")).toEqual([]);
});

test("the days of a file are let go, and those of another are sent", async () => {
  const { user, dialog } = await openDialog();
  await user.click(dialog.getByRole("switch", { name: /^Closed on one day of feed.ics/ }));
  await user.click(dialog.getByRole("button", { name: "Save" }));
  await waitFor(() =>
    expect(bodies("PATCH", "calendars/3")).toEqual([{ imported_days: [], version: 2 }]),
  );
  api.overrides.set("POST calendars/3/import", () =>
    json(
      {
        code: "calendar_file_unreadable",
        detail: "This calendar file cannot be used.",
        status: 422,
      },
      422,
    ),
  );
  const input = screen.getByLabelText("Import holidays into Support (.ics)", { selector: "input" });
  await user.upload(input, new File(["x"], "a.ics", { type: "text/calendar" }));
  await screen.findByText("This calendar file cannot be used.");
});

test("who may not edit calendars reads them and changes nothing", async () => {
  api.overrides.set("GET me", () => json({ ...me, permissions: ["ticket:read"] }));
  renderAt("/desk/settings/calendars", api);
  await screen.findByText(/Monday–Tuesday 09:00–17:00/);
  expect(screen.queryByRole("button", { name: /Import holidays/ })).toBeNull();
  expect(screen.queryByRole("button", { name: "Add a calendar" })).toBeNull();
});
