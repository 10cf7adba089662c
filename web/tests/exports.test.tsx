import { screen, waitFor, within } from "@testing-library/react";
import { afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { me } from "./fake/people";
import { createFakeApi, type FakeApi, json, problem } from "./fake/server";
import { view } from "./fake/views";
import { renderAt } from "./render";

const columns = ["number", "subject", "requester.email"].map((key, place) => ({
  key,
  name: key,
  heading: ["No.", "Subject", "Requester's address"][place],
  is_default: place < 2,
}));
const preview = { tickets: 12, is_exact: true, most_sheet_rows: 1_048_575, columns };

let api: FakeApi;
let downloaded: URL[];

beforeEach(() => {
  localStorage.clear();
  api = createFakeApi();
  api.overrides.set("GET me", () =>
    json({ ...me, permissions: [...me.permissions, "ticket:export"] }),
  );
  api.overrides.set("GET exports/preview", () => json(preview));
  downloaded = [];
  vi.spyOn(HTMLAnchorElement.prototype, "click").mockImplementation(function (
    this: HTMLAnchorElement,
  ) {
    downloaded.push(new URL(this.href));
  });
});

afterEach(() => {
  vi.restoreAllMocks();
});

// The dialogs are loaded when they are opened, which takes long on a busy machine the first time.
beforeAll(async () => {
  await import("@/features/tickets/exports/ExportListDialog");
  await import("@/features/tickets/exports/ExportTicketDialog");
});

async function openDialog(address: string, button: string) {
  const { user } = renderAt(address, api);
  await user.click(await screen.findByRole("button", { name: button }));
  return { user, dialog: within(await screen.findByRole("dialog")) };
}

test("a view is downloaded in the order that it is shown in, by a custom field, too", async () => {
  api.overrides.set("GET views", () =>
    json({ items: [view(43, "By date", { sort: "-field.due" })] }),
  );
  const { user, dialog } = await openDialog("/desk/tickets?view=43", "Export this list");
  expect(await dialog.findByText("By date: 12 tickets")).toBeVisible();
  await user.click(dialog.getByRole("button", { name: "Download" }));
  expect(downloaded[0]?.searchParams.get("sort")).toBe("-field.due");
});

test("the whole list is downloaded with the columns that were chosen, in their order", async () => {
  const { user, dialog } = await openDialog("/desk/tickets?priority=urgent", "Export this list");
  expect(await dialog.findByText("All open: 12 tickets")).toBeVisible();
  await user.click(dialog.getByRole("checkbox", { name: "Requester's address" }));
  await user.click(dialog.getByRole("button", { name: "Move Requester's address up" }));
  await user.click(dialog.getByRole("checkbox", { name: "No." }));
  await user.click(dialog.getByRole("button", { name: "CSV" }));
  await user.click(dialog.getByRole("button", { name: "Download" }));
  const [address] = downloaded;
  expect(address?.pathname).toBe("/api/v1/tickets.csv");
  expect(Object.fromEntries(address?.searchParams ?? [])).toMatchObject({
    view: "all_open",
    priority: "urgent",
    columns: "requester.email,subject",
  });
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
});

test("what cannot be exported is said, and not downloaded", async () => {
  api.overrides.set("GET exports/preview", () => problem(422, "list_too_broad", "Too broad."));
  const { dialog } = await openDialog("/desk/tickets", "Export this list");
  expect(await dialog.findByText("Too broad.")).toBeVisible();
  expect(dialog.getByRole("button", { name: "Download" })).toBeDisabled();
});

test("a ticket is downloaded as an archive, with notes only when that is chosen", async () => {
  const { user, dialog } = await openDialog("/desk/tickets/4192", "Export ticket 4192");
  await user.click(dialog.getByRole("button", { name: "Archive (ZIP)" }));
  await user.click(dialog.getByLabelText("With notes, which only staff see"));
  await user.click(dialog.getByRole("button", { name: "Download" }));
  expect(downloaded.map((one) => `${one.pathname}${one.search}`)).toEqual([
    "/api/v1/tickets/4192/bundle?notes=true",
  ]);
});

test("without the permission nothing offers it", async () => {
  api.overrides.set("GET me", () => json(me));
  renderAt("/desk/tickets", api);
  await screen.findByText("Payroll export stops at employee 412");
  expect(screen.queryByRole("button", { name: "Export this list" })).toBeNull();
});
