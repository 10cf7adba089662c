import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { beforeAll, beforeEach, expect, test } from "vitest";
import type { CustomField } from "@/api/customFields";
import { valueText } from "@/ui/customFields/valueText";
import { me } from "./fake/people";
import { createFakeApi, type FakeApi, json, problem } from "./fake/server";
import { freshTickets } from "./fake/tickets";
import { renderAt } from "./render";

const field = (key: string, name: string, more: Partial<CustomField> = {}): CustomField => ({
  id: key.length,
  entity: "ticket",
  key,
  name,
  kind: "text",
  help: "",
  default: null,
  pattern: null,
  currency: null,
  required_on: [],
  hand_over_team_ids: [],
  requesters: "none",
  team_ids: [],
  ticket_types: [],
  position: 1,
  active: true,
  version: 1,
  options: [],
  ...more,
});
const option = (key: string, name: string, parent: string | null = null, active = true) => ({
  key,
  name,
  color: null,
  parent,
  active,
});
const color = field("color", "Color", {
  kind: "choice",
  required_on: ["open"],
  options: [option("red", "Red"), option("blue", "Blue"), option("old", "Old", null, false)],
});
const serial = field("serials", "Serial number");
const cost = field("cost", "Cost centre", { entity: "contact" });

let api: FakeApi;

// What is loaded with the first ticket takes longer than a test waits, on a busy machine.
beforeAll(() => import("@/features/tickets/components/CustomFields"));
beforeEach(() => {
  api = createFakeApi();
  const permissions = [...me.permissions, "settings:fields:edit"];
  api.overrides.set("GET me", () => json({ ...me, permissions }));
  api.overrides.set("GET custom-fields", () => json({ items: [color, serial, cost] }));
});

const bodies = (method: string, url: string) =>
  api.calls.filter((call) => call.method === method && call.url === url).map((call) => call.body);

/** The value of a field in a ticket's panel; by its label, as roles of a whole desk take long. */
const shownField = (label: string) => screen.findByLabelText(label, { selector: "button" });

test("the settings list the fields of each kind of record, and one is added with its options", async () => {
  api.overrides.set("POST custom-fields", () => json(color, 201, { "X-Change-Id": "91" }));
  const { user } = renderAt("/desk/settings/fields", api);
  const ofTickets = await screen.findByRole("region", { name: "Tickets" });
  within(ofTickets).getByText("Choice · color · required when a ticket is opened");
  within(screen.getByRole("region", { name: "Contacts" })).getByText("Cost centre");
  await user.click(screen.getByRole("button", { name: "Add a field" }));
  const dialog = within(await screen.findByRole("dialog"));
  await user.type(dialog.getByLabelText("Name"), "Machine");
  await user.selectOptions(dialog.getByLabelText("Type"), "choice");
  await user.click(dialog.getByRole("button", { name: "Add an option" }));
  await user.type(dialog.getByLabelText("Name of option 1"), "HX-210");
  await user.click(dialog.getByRole("checkbox", { name: "before a ticket is resolved" }));
  await user.click(dialog.getByRole("button", { name: "Add" }));
  await waitFor(() => expect(bodies("POST", "custom-fields")).toHaveLength(1));
  expect(bodies("POST", "custom-fields")[0]).toMatchObject({
    entity: "ticket",
    name: "Machine",
    kind: "choice",
    options: [{ name: "HX-210", active: true }],
    required_on: ["resolve"],
  });
  await screen.findByText("Field Machine added");
});

test("an option is renamed and one put out of use, and only what changed is sent", async () => {
  api.overrides.set("PATCH custom-fields/color", () => json(color, 200, { "X-Change-Id": "92" }));
  const { user } = renderAt(`/desk/settings/fields?edit=${color.id}`, api);
  const dialog = within(await screen.findByRole("dialog"));
  const name = dialog.getByLabelText("Name of option 1");
  await user.clear(name);
  await user.type(name, "Crimson");
  await user.click(dialog.getByRole("button", { name: "Put Blue out of use" }));
  await user.click(dialog.getByRole("button", { name: "Save" }));
  await waitFor(() => expect(bodies("PATCH", "custom-fields/color")).toHaveLength(1));
  expect(bodies("PATCH", "custom-fields/color")[0]).toMatchObject({
    options: [
      { key: "red", name: "Crimson", active: true },
      { key: "blue", name: "Blue", active: false },
      { key: "old", name: "Old", active: false },
    ],
    version: 1,
  });
});

test("a ticket's panel shows its fields, and a choice is saved at once", async () => {
  const ticket = freshTickets().find((one) => one.number === 4187);
  if (!ticket) throw new Error("no ticket");
  const url = `tickets/${ticket.number}`;
  const shown = { ...ticket, fields: { color: "red" } };
  api.overrides.set(`GET ${url}`, () => json(shown));
  api.overrides.set(`PATCH ${url}`, () => json(shown, 200, { "X-Change-Id": "93" }));
  const { user } = renderAt(`/desk/tickets/${ticket.number}`, api);
  await user.click(await shownField("Color: Red"));
  const choice = await screen.findByLabelText("Color", { selector: "select" });
  expect(within(choice).queryByText("Old")).toBeNull();
  await user.selectOptions(choice, "blue");
  await waitFor(() => expect(bodies("PATCH", url)).toEqual([{ fields: { color: "blue" } }]));
});

test("escape leaves a field as it is, and enter saves a text", async () => {
  const url = "tickets/4187";
  api.overrides.set(`PATCH ${url}`, () => json({}, 200, { "X-Change-Id": "94" }));
  const { user } = renderAt("/desk/tickets/4187", api);
  await user.click(await shownField("Serial number: None"));
  await user.keyboard("{Escape}");
  await user.click(await shownField("Serial number: None"));
  await user.type(
    await screen.findByLabelText("Serial number", { selector: "input" }),
    "SN-7{Enter}",
  );
  await waitFor(() => expect(bodies("PATCH", url)).toEqual([{ fields: { serials: "SN-7" } }]));
});

test("what the server refuses of a value stands at the field", async () => {
  const ticket = freshTickets().find((one) => one.number === 4187);
  if (!ticket) throw new Error("no ticket");
  const url = `tickets/${ticket.number}`;
  api.overrides.set(`PATCH ${url}`, () =>
    problem(422, "validation_failed", "Not accepted", {
      errors: [{ field: "fields.serials", message: "is too long", code: "x", parameters: {} }],
    }),
  );
  const { user } = renderAt(`/desk/tickets/${ticket.number}`, api);
  await user.click(await shownField("Serial number: None"));
  await user.type(
    await screen.findByLabelText("Serial number", { selector: "input" }),
    "SN{Enter}",
  );
  await screen.findByText(/is too long/);
});

test("values are said by their kind", () => {
  const tree = field("t", "T", {
    kind: "tree",
    options: [option("hw", "Hardware"), option("pump", "Pump", "hw")],
  });
  const said = (one: CustomField, value: unknown) => valueText(one, value, "Yes", "No");
  expect(said(tree, "pump")).toBe("Hardware / Pump");
  expect(
    said(field("m", "M", { kind: "multiple_choice", options: color.options }), ["red", "blue"]),
  ).toBe("Red, Blue");
  expect(said(field("b", "B", { kind: "boolean" }), false)).toBe("No");
  expect(said(field("p", "P", { kind: "person" }), { id: 7, name: "Mina" })).toBe("Mina");
  expect(said(serial, null)).toBe("");
});

test("a type is changed after its rehearsal: counts, what would be lost, what shall become of it, one undo", async () => {
  const report = { converted: 5, cleared: 0, refused: 2, options: [] as unknown[] };
  const lost = { value: "about ten", count: 2, example_id: 1, reason: "This is not a number." };
  const url = "custom-fields/serials/type";
  api.overrides.set(`POST ${url}`, () => {
    const { values, rehearse } = bodies("POST", url).at(-1) as {
      values: Record<string, unknown>;
      rehearse?: boolean;
    };
    const answer =
      "about ten" in values
        ? { ...report, cleared: 2, refused: 0, lost: [] }
        : { ...report, lost: [lost] };
    return json(answer, 200, rehearse ? {} : { "X-Change-Id": "94" });
  });
  renderAt(`/desk/settings/fields?edit=${serial.id}`, api);
  fireEvent.click(await screen.findByText("Change the type"));
  const kind = await screen.findByLabelText("New type");
  const dialog = within(kind.closest("form") as HTMLElement);
  const convert = dialog.getByText("Change the type").closest("button") as HTMLElement;
  expect(convert).toBeDisabled();
  fireEvent.change(kind, { target: { value: "number" } });
  await dialog.findByText("5 values are converted.");
  dialog.getByText("2 values cannot be converted.");
  dialog.getByText("This is not a number.");
  expect(convert).toBeDisabled();
  fireEvent.click(dialog.getByText("Leave empty"));
  await dialog.findByText("2 values become empty.");
  await waitFor(() => expect(convert).toBeEnabled());
  expect(bodies("POST", url).every((body) => (body as { rehearse: boolean }).rehearse)).toBe(true);
  fireEvent.click(convert);
  await screen.findByText("Serial number is now: Number");
  expect(screen.getByText("Undo")).toBeVisible();
  expect(bodies("POST", url).at(-1)).toEqual({
    kind: "number",
    values: { "about ten": null },
    rehearse: false,
    version: 1,
  });
});
