import { screen, waitFor, within } from "@testing-library/react";
import { afterEach, beforeEach, expect, test } from "vitest";
import { me, teams } from "./fake/people";
import { createFakeApi, type FakeApi, json, problem } from "./fake/server";
import { createWindow } from "./fake/window";
import { renderAt } from "./render";

/** Past every width at which panes come and go, there and back. */
const WIDTHS_PX = [1310, 1150, 760, 780, 1180, 1440];
const NOW = new Date().toISOString();
const everything = [
  ...me.permissions,
  "people:read",
  "contact:read",
  "contact:edit",
  "settings:read",
  "settings:people:edit",
  "settings:teams:edit",
  "settings:statuses:edit",
  "settings:mailboxes:edit",
  "settings:workspace:edit",
  "mail:quarantine",
  "mail:manage",
  "audit:read",
];

let api: FakeApi;
let shown: ReturnType<typeof createWindow>;

beforeEach(() => {
  api = createFakeApi();
  api.overrides.set("GET me", () => json({ ...me, permissions: everything }));
  api.overrides.set("GET roles", () => json({ items: [] }));
  shown = createWindow(1440);
});

// A draft that is still to be saved would be the next test's.
afterEach(() => {
  globalThis.dispatchEvent(new Event("pagehide"));
  localStorage.clear();
});

const textbox = (name: string | RegExp) => screen.findByRole("textbox", { name });
type User = ReturnType<typeof renderAt>["user"];

const forms: [what: string, address: string, open: (user: User) => Promise<HTMLElement>][] = [
  ["a dialog of the settings", `/desk/settings/teams?edit=${teams[0]?.id}`, () => textbox("Name")],
  ["a page of the settings", "/desk/settings/profile", () => textbox("Name")],
  ["the search of the settings", "/desk/settings/contacts", () => screen.findByRole("searchbox")],
  ["a reply", "/desk/tickets/4187", () => textbox("Write a reply")],
  [
    "an address half typed over an empty reply",
    "/desk/tickets/4187",
    async (user) => {
      const line = within(await screen.findByRole("group", { name: "To" }));
      const field = line.getByRole("textbox");
      await user.click(field);
      return field;
    },
  ],
  [
    "a participant half typed in the properties",
    "/desk/tickets/4187",
    async (user) => {
      await user.click(await screen.findByRole("button", { name: "Add a participant" }));
      return screen.findByPlaceholderText("Add a participant");
    },
  ],
  [
    "a new ticket",
    "/desk/tickets",
    async (user) => {
      await user.click(await screen.findByRole("button", { name: "New ticket" }));
      return textbox("Subject");
    },
  ],
  [
    "a blocked address beside an open mail",
    "/desk/outbox?box=quarantine&mail=1",
    async (user) => {
      await user.click(await screen.findByRole("button", { name: "Blocked senders" }));
      return within(await screen.findByRole("dialog")).findByRole("textbox");
    },
  ],
  ["a request in the portal", "/", () => textbox("Subject")],
];

test.each(forms)(
  "%s keeps what is typed, whatever the window's width",
  async (_, address, open) => {
    const { user } = renderAt(address, api);
    const field = await open(user);
    await user.type(field, "half a w");
    const typed = (field as HTMLInputElement).value;
    expect(typed).toContain("half a w");
    for (const widthPx of WIDTHS_PX) {
      shown.resize(widthPx);
      expect(field.isConnected, `gone at ${widthPx} px`).toBe(true);
      expect(field).toHaveValue(typed);
      expect(document.activeElement, `without the keys at ${widthPx} px`).toBe(field);
    }
  },
);

test("the properties stay over the thread while somebody types in them, and hide when asked", async () => {
  const { user } = renderAt("/desk/tickets/4187", api);
  await user.click(await screen.findByRole("button", { name: "Add a participant" }));
  shown.resize(1000);
  const properties = screen.getByRole("complementary", { name: "Properties", hidden: true });
  await user.keyboard("{Escape}");
  await user.click(within(properties).getByRole("button", { name: "Hide the properties" }));
  expect(properties.isConnected).toBe(false);
  shown.resize(1440);
  expect(await screen.findByRole("complementary", { name: "Properties" })).toBeVisible();
});

test("a mail opened on a phone covers the list, and what failed is told over it", async () => {
  shown.resize(390);
  api.overrides.set("POST mails/1/release", () => problem(422, "no", "It cannot be released."));
  const { user } = renderAt("/desk/outbox?box=quarantine&mail=1", api);
  await user.click(await screen.findByRole("button", { name: "Release" }));
  const told = await screen.findAllByText("It cannot be released.");
  expect(told.some((one) => one.closest("[hidden]") === null)).toBe(true);
  expect(screen.queryByRole("main", { name: "Mail" })).toBeNull();
});

test("a blocked address half typed stays when the list of them changes", async () => {
  const block = { id: 5, kind: "domain", value: "luck.example", created_at: NOW, created_by: null };
  api.overrides.set("GET mail/blocks", () => json({ items: [block] }));
  const { user } = renderAt("/desk/outbox?box=quarantine", api);
  await user.click(await screen.findByRole("button", { name: "Blocked senders" }));
  const dialog = within(await screen.findByRole("dialog"));
  const field = dialog.getByRole("textbox");
  await user.type(field, "half");
  const lines = await dialog.findAllByRole("listitem");
  api.overrides.set("GET mail/blocks", () => json({ items: [] }));
  api.overrides.set("DELETE mail/blocks/5", () => new Response(null, { status: 204 }));
  const [first] = lines;
  if (!first) throw new Error("nobody is blocked");
  await user.click(within(first).getByRole("button"));
  await waitFor(() => expect(dialog.queryAllByRole("listitem")).toHaveLength(0));
  expect(field.isConnected).toBe(true);
  expect(field).toHaveValue("half");
});
