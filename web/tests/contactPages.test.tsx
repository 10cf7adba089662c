import { cleanup, screen, waitFor, within } from "@testing-library/react";
import { beforeEach, expect, test } from "vitest";
// Loaded before the clock of a test runs: on a busy machine that takes seconds.
import "@/features/contacts/components/ColumnsDialog";
import "@/features/contacts/ContactScreen";
import "@/features/contacts/OrganizationScreen";
import { contacts, me } from "./fake/people";
import { createFakeApi, type FakeApi, json } from "./fake/server";
import { freshTickets } from "./fake/tickets";
import { renderAt } from "./render";

const ines = {
  ...contacts[2],
  id: 103,
  name: "Inês Carvalho",
  vip: true,
  external_id: "CRM-7",
  organization: { id: 5, name: "Halvorsen Lisbon" },
  sees_organization: true,
  emails: ["ines@halvorsen.example", "ines.c@home.example"],
  addresses: [
    { email: "ines@halvorsen.example", is_primary: true, proven_at: "2026-11-01T08:00:00Z" },
    { email: "ines.c@home.example", is_primary: false, proven_at: null },
  ],
  phones: [
    { number: "+351 21 555 0142", label: "desk" },
    { number: "+351 91 555 0143", label: "" },
  ],
  ticket_counts: { open: 2, waiting: 1, resolved: 4 },
  fields: { contract: "gold", since: null },
};
const lisbon = {
  id: 5,
  name: "Halvorsen Lisbon",
  version: 3,
  fields: { seats: 40 },
  shares_tickets: true,
  language: null,
  time_zone: null,
  vip: false,
  external_id: null,
  domains: ["lisbon.example", "lisboa.example"],
  contact_count: 61,
  contacts: [
    { id: 103, name: "Inês Carvalho", vip: true, organization_manager: false },
    { id: 104, name: "Jun-ho Park", vip: false, organization_manager: true },
  ],
  ticket_counts: { open: 1 },
};
const other = { ...ines, id: 104, name: "I. Carvalho", vip: false, external_id: null, version: 1 };
const field = (entity: string, key: string, name: string, kind: string) => ({
  id: name.length,
  key,
  entity,
  name,
  kind,
  help: "",
  active: true,
  options:
    kind === "choice"
      ? [{ key: "gold", name: "Gold", color: null, active: true, parent: null }]
      : [],
  pattern: null,
  currency: null,
  team_ids: [],
  ticket_types: [],
});
const note = {
  id: 31,
  author: { id: 2, name: "Mina Farouk" },
  text: "Prefers the phone.",
  version: 1,
  created_at: "2026-11-20T08:00:00Z",
  edited_at: null,
};

let api: FakeApi;

beforeEach(() => {
  api = createFakeApi();
  const permissions = [...me.permissions, "contact:edit", "organization:edit"];
  api.overrides.set("GET me", () => json({ ...me, permissions }));
  api.overrides.set("GET custom-fields", () =>
    json({
      items: [
        field("contact", "contract", "Contract", "choice"),
        field("contact", "since", "Customer since", "date"),
        field("organization", "seats", "Seats", "number"),
      ],
    }),
  );
  api.overrides.set("GET contacts/103", () => json(ines));
  api.overrides.set("GET contacts/104", () => json(other));
  api.overrides.set("GET organizations/5", () => json(lisbon));
  for (const about of ["contacts/103", "contacts/104", "organizations/5"]) {
    api.overrides.set(`GET ${about}/notes`, () => json({ items: [note], next_cursor: null }));
    api.overrides.set(`GET ${about}/changes`, () => json({ items: [] }));
    api.overrides.set(`GET ${about}/duplicates`, () => json({ items: [] }));
  }
});

const sent = (method: string, url: string) =>
  api.calls.findLast((call) => call.method === method && call.url === url)?.body;

test("a contact's page shows addresses, phones, the VIP mark, fields and who sees what", async () => {
  renderAt("/desk/contacts/103", api);
  const page = within(await screen.findByRole("main", { name: "Inês Carvalho" }));
  expect(await page.findByText("VIP")).toBeVisible();
  expect(page.getByText("ines@halvorsen.example")).toBeVisible();
  expect(page.getByText("ines.c@home.example")).toBeVisible();
  expect(page.getByText("primary")).toBeVisible();
  expect(page.getByRole("img", { name: /Verified/ })).toBeInTheDocument();
  expect(page.getByText("+351 21 555 0142")).toBeVisible();
  expect(page.getByText("+351 91 555 0143")).toBeVisible();
  expect(await page.findByText("Contract")).toBeVisible();
  expect(page.getByText("Gold")).toBeVisible();
  expect(page.queryByText("Customer since")).toBeNull();
  expect(page.getByText("CRM-7")).toBeVisible();
  expect(page.getByText("Sees all tickets of Halvorsen Lisbon")).toBeVisible();
  expect(page.getByRole("button", { name: "All tickets 7" })).toBeVisible();
  expect(page.getByRole("button", { name: "Open 3" })).toBeVisible();
});

test("the columns chosen for the tickets of contacts stand below each, custom fields among them", async () => {
  const machine = field("ticket", "machine", "Machine", "text");
  const own = (key: string, kind: string) => ({
    key,
    name: key,
    kind,
    source: "ticket",
    operators: [],
    choices: [],
    permission: null,
    command: null,
    in_list: true,
    contacts_see: false,
    filters: [],
    sorts: [],
    can_group: false,
  });
  localStorage.clear();
  api.overrides.set("GET custom-fields", () => json({ items: [machine] }));
  api.overrides.set("GET fields", () =>
    json({ items: [own("priority", "choice"), own("field.machine", "text")] }),
  );
  const rows = freshTickets().slice(0, 1);
  api.overrides.set("GET tickets", ({ url }) =>
    json({
      items: rows.map((row) => ({
        ...row,
        ...(url.includes("fields=machine") && { fields: { machine: "HX-210" } }),
      })),
      next_cursor: null,
    }),
  );
  for (const [address, of] of [
    ["/desk/contacts/103", "requester_id=103"],
    ["/desk/organizations/5", "organization_id=5"],
  ] as const) {
    const { user } = renderAt(address, api);
    if (of.startsWith("requester")) {
      await user.click(await screen.findByRole("button", { name: "Columns of tickets" }));
      const dialog = within(await screen.findByRole("dialog"));
      await user.click(await dialog.findByRole("checkbox", { name: "Machine" }));
      await user.click(dialog.getByRole("button", { name: "Save" }));
    }
    expect((await screen.findAllByText("HX-210")).length).toBeGreaterThan(0);
    expect(api.calls.some(({ url }) => url.includes(of) && url.includes("fields=machine"))).toBe(
      true,
    );
    cleanup();
  }
});

test("the tickets of a contact are asked for as the list is, and narrowed by what is chosen", async () => {
  const { user } = renderAt("/desk/contacts/103", api);
  const list = within(await screen.findByRole("region", { name: "Tickets" }));
  await user.click(list.getByRole("button", { name: "Resolved 4" }));
  await waitFor(() => {
    const asked = api.calls.filter(({ url }) => url.startsWith("tickets?")).at(-1)?.url ?? "";
    const query = new URLSearchParams(asked.slice("tickets?".length));
    expect(query.get("requester_id")).toBe("103");
    expect(query.get("q")).toBe("open:no");
    expect(query.get("view")).toBe("all");
  });
});

test("a note is written, changed and deleted, each with its undo", async () => {
  api.overrides.set("POST contacts/103/notes", () => json(note, 201, { "X-Change-Id": "71" }));
  api.overrides.set("DELETE contact-notes/31", () => json(undefined, 204, { "X-Change-Id": "72" }));
  const { user } = renderAt("/desk/contacts/103", api);
  const notes = within(await screen.findByRole("region", { name: "Notes" }));
  expect(await notes.findByText("Prefers the phone.")).toBeVisible();
  await user.type(notes.getByRole("textbox", { name: "New note" }), "Calls on Mondays.");
  await user.click(notes.getByRole("button", { name: "Add the note" }));
  expect(await screen.findByText("Note added")).toBeVisible();
  expect(sent("POST", "contacts/103/notes")).toEqual({ text: "Calls on Mondays." });
  await user.click(notes.getByRole("button", { name: "Delete the note of Mina Farouk" }));
  expect(await screen.findByText("Note deleted")).toBeVisible();
  await user.click(screen.getByRole("button", { name: /^Undo/ }));
  await waitFor(() => expect(api.calls.some(({ url }) => url === "changes/72/undo")).toBe(true));
});

test("a note is redacted for good with a reason, by whoever may", async () => {
  renderAt("/desk/contacts/103", api);
  expect(await screen.findByText("Prefers the phone.")).toBeVisible();
  expect(screen.queryByRole("button", { name: /^Redact/ })).toBeNull();
  cleanup();
  const lead = { ...me, permissions: [...me.permissions, "ticket:redact"] };
  api.overrides.set("GET me", () => json(lead));
  api.overrides.set("POST redactions", () => json({ traces: 2, mails: 0 }));
  const { user } = renderAt("/desk/contacts/103", api);
  await user.click(await screen.findByRole("button", { name: "Redact the note of Mina Farouk" }));
  const form = within(await screen.findByRole("form", { name: "Redact this note" }));
  await user.type(form.getByRole("textbox", { name: "Reason" }), "Card number");
  await user.click(form.getByRole("button", { name: "Redact for good" }));
  expect(await screen.findByText("Redacted")).toBeVisible();
  expect(sent("POST", "redactions")).toEqual({
    kind: "contact_note",
    id: 31,
    reason: "Card number",
  });
});

test("the form sends what was changed alone, a custom field among it", async () => {
  api.overrides.set("PATCH contacts/103", () => json(ines, 200, { "X-Change-Id": "73" }));
  const { user } = renderAt("/desk/contacts/103", api);
  await screen.findByRole("main", { name: "Inês Carvalho" });
  await user.keyboard("e");
  const dialog = within(await screen.findByRole("dialog"));
  await user.type(dialog.getByRole("textbox", { name: "Phones" }), "\n021 777, home");
  await user.selectOptions(await dialog.findByRole("combobox", { name: "Contract" }), "");
  await user.click(dialog.getByRole("button", { name: "Save" }));
  await waitFor(() =>
    expect(sent("PATCH", "contacts/103")).toEqual({
      phones: [...ines.phones, { number: "021 777", label: "home" }],
      fields: { contract: null, since: null },
      version: ines.version,
    }),
  );
});

test("two contacts are compared and merged, the values chosen, with one undo", async () => {
  api.overrides.set("GET contacts", () => json({ items: [other], next_cursor: null }));
  api.overrides.set("POST contacts/103/merge", () => json(other, 200, { "X-Change-Id": "74" }));
  const { user, router } = renderAt("/desk/contacts/103", api);
  await screen.findByRole("main", { name: "Inês Carvalho" });
  await user.keyboard("m");
  const dialog = within(await screen.findByRole("dialog"));
  await user.click(dialog.getByRole("button", { name: "Choose the other one" }));
  await user.click(await screen.findByRole("option", { name: /I. Carvalho/, hidden: true }));
  await user.click(await dialog.findByRole("radio", { name: "VIP: Yes" }));
  await user.click(dialog.getByRole("button", { name: "Merge into I. Carvalho" }));
  expect(await screen.findByText("Merged into I. Carvalho")).toBeVisible();
  expect(sent("POST", "contacts/103/merge")).toEqual({ into: 104, take: ["vip"] });
  await waitFor(() => expect(router.state.location.pathname).toBe("/desk/contacts/104"));
  await user.click(screen.getByRole("button", { name: /^Undo/ }));
  await waitFor(() => expect(api.calls.some(({ url }) => url === "changes/74/undo")).toBe(true));
});

test("the page of a merged contact leads to the one that is kept", async () => {
  api.overrides.set("GET contacts/103", () => json(other));
  const { router } = renderAt("/desk/contacts/103", api);
  await screen.findByRole("main", { name: "I. Carvalho" });
  expect(router.state.location.pathname).toBe("/desk/contacts/104");
});

test("who may not edit contacts reads their page and changes nothing", async () => {
  api.overrides.set("GET me", () => json(me));
  const { user } = renderAt("/desk/contacts/103", api);
  const page = within(await screen.findByRole("main", { name: "Inês Carvalho" }));
  expect(page.queryByRole("button", { name: /Edit|Merge/ })).toBeNull();
  expect(page.queryByRole("textbox", { name: "New note" })).toBeNull();
  await user.keyboard("e");
  expect(screen.queryByRole("dialog")).toBeNull();
});

test("an organization's page shows domains, people, fields and who of it sees its tickets", async () => {
  api.overrides.set("PATCH organizations/5", () => json(lisbon, 200, { "X-Change-Id": "75" }));
  const { user } = renderAt("/desk/organizations/5", api);
  const page = within(await screen.findByRole("main", { name: "Halvorsen Lisbon" }));
  expect(await page.findByText("lisboa.example")).toBeVisible();
  expect(page.getByRole("link", { name: "Jun-ho Park" })).toHaveAttribute(
    "href",
    "/desk/contacts/104",
  );
  expect(page.getByText("sees all of its tickets")).toBeVisible();
  expect(page.getByText("All of its people see all of its tickets")).toBeVisible();
  expect(page.getByText("The first 50 by name")).toBeVisible();
  expect(await page.findByText("Seats")).toBeVisible();
  await user.keyboard("e");
  const dialog = within(await screen.findByRole("dialog"));
  await user.click(
    dialog.getByRole("switch", { name: "All of its people see all of its tickets at the portal" }),
  );
  await user.click(dialog.getByRole("button", { name: "Save" }));
  await waitFor(() =>
    expect(sent("PATCH", "organizations/5")).toEqual({ shares_tickets: false, version: 3 }),
  );
});
