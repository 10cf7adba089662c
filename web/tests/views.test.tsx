import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { beforeEach, expect, test } from "vitest";
// Loaded before the clock of a test runs: on a busy machine that takes seconds.
import "@/features/tickets/TicketsScreen";
import "@/features/tickets/views/ExplainDialog";
import "@/features/tickets/views/ViewEditor";
import { isComplete } from "@/features/tickets/views/tree";
import {
  added,
  asGroup,
  type Condition,
  changed,
  shifted,
  withoutShell,
} from "@/lib/conditionTree";
import { me } from "./fake/people";
import { createFakeApi, type FakeApi, json, problem } from "./fake/server";
import { freshTickets } from "./fake/tickets";
import { builtInViews, view } from "./fake/views";
import { renderAt } from "./render";

const operator = (key: string, takes = "many") => ({ key, sign: "", negative: false, takes });
const field = (key: string, kind: string, more = {}) => ({
  key,
  name: key,
  kind,
  source: "ticket",
  operators: [operator("is"), operator("is_not"), operator("not_set", "nothing")],
  choices: [],
  permission: null,
  command: null,
  in_list: true,
  can_group: false,
  contacts_see: false,
  filters: [],
  sorts: [],
  ...more,
});
const fields = [
  field("subject", "text", { operators: [operator("contains"), operator("is")] }),
  field("status", "status"),
  field("tags", "tags"),
];
const leaf = (key: string, ...values: string[]): Condition => ({
  node: "leaf",
  field: key,
  operator: key === "subject" ? "contains" : "is",
  values,
});
const pumps = view(40, "Pumps", {
  text: "subject:pump",
  scope: "personal",
  can_edit: true,
  columns: ["team", "type"],
  sort: "-priority",
});
const vpn = view(41, "VPN", { scope: "team", team_id: 1, broken: "it names something gone" });
const late = view(42, "Late", { scope: "personal", can_edit: true });

let api: FakeApi;

beforeEach(() => {
  api = createFakeApi();
  const permissions = [...me.permissions, "ticket:read", "view:edit", "view:share"];
  api.overrides.set("GET me", () => json({ ...me, permissions }));
  api.overrides.set("GET views", () => json({ items: [...builtInViews, vpn, pumps, late] }));
  api.overrides.set("GET views/counts", () =>
    json({
      items: [
        { id: 40, count: 7, exact: true, slow: false, broken: false },
        { id: 42, count: 3, exact: false, slow: true, broken: false },
      ],
    }),
  );
  api.overrides.set("GET fields", () => json({ items: fields }));
  api.overrides.set("GET conditions/count", () => json({ count: 12, exact: true, slow: false }));
  api.overrides.set("POST conditions/parse", async () => {
    const asked = api.calls.at(-1)?.body as { text?: string; condition?: Condition };
    if (asked.text === "nonsense:1")
      return problem(422, "condition_invalid", "There is no such field.");
    if (asked.condition)
      return json({ text: written(asked.condition), condition: asked.condition, names: [] });
    const word = asked.text?.split(":")[1];
    const condition = word ? leaf("subject", word) : null;
    return json({ text: asked.text, condition, names: [] });
  });
});

function written(condition: Condition): string {
  if (condition.node === "leaf") return `${condition.field}:${condition.values.join(",")}`;
  return condition.members.map(written).join(condition.match === "any" ? " or " : " ");
}

const calls = (method: string, url: string) =>
  api.calls.filter((call) => call.method === method && call.url === url);
const linkOf = (links: ReturnType<typeof within>, name: string) =>
  links.getByText(name).closest("a");
const rail = async () => within(await screen.findByRole("navigation", { name: "Main" }));

test("the rail shows views by whom they are of, with counts, what is slow and what is broken", async () => {
  renderAt("/desk/tickets", api);
  const links = await rail();
  // By its text: names of roles are slow to work out for a whole rail.
  await waitFor(() => expect(linkOf(links, "Pumps")).toHaveTextContent(/^Pumps\s*7$/));
  expect(linkOf(links, "Late")).toHaveTextContent(/^Late\s*3\+$/);
  expect(linkOf(links, "Late")).toHaveAttribute("title", "Counting this view takes too long");
  expect(links.getByLabelText("VPN: a part of it does not exist any more")).toBeVisible();
  expect(links.getByText("My views")).toBeVisible();
});

test("an address of a view asks for it in its own order, with its own columns", async () => {
  renderAt("/desk/tickets?view=40", api);
  expect(await screen.findByRole("heading", { name: "Pumps" })).toBeVisible();
  await waitFor(() =>
    expect(api.calls.some(({ url }) => /^tickets\?.*view=40.*sort=-priority/.test(url))).toBe(true),
  );
});

test("a view is moved by Alt and an arrow key, and its order is the reader's own", async () => {
  api.overrides.set("PUT views/order", () => json({ items: [] }, 200, { "X-Change-Id": "91" }));
  renderAt("/desk/tickets", api);
  const links = await rail();
  fireEvent.keyDown(await links.findByRole("link", { name: /^Late/ }), {
    key: "ArrowUp",
    altKey: true,
  });
  await waitFor(() =>
    expect(calls("PUT", "views/order").map((call) => call.body)).toEqual([
      { ids: [1, 2, 3, 4, 5, 41, 42, 40] },
    ]),
  );
  await screen.findByText("Late moved");
});

test("the builder writes the text, the text the builder, and what is saved is the text", async () => {
  api.overrides.set("PATCH views/40", () => json(pumps, 200, { "X-Change-Id": "92" }));
  const { user } = renderAt("/desk/views/40", api);
  const text = await screen.findByRole("combobox", { name: "The same as text" });
  const value = await screen.findByRole("textbox", { name: "Value of Subject" });
  await waitFor(() => expect(value).toHaveValue("pump"));
  fireEvent.change(value, { target: { value: "relay" } });
  await waitFor(() => expect(text).toHaveValue("subject:relay"));
  fireEvent.change(text, { target: { value: "subject:valve" } });
  await waitFor(() =>
    expect(screen.getByRole("textbox", { name: "Value of Subject" })).toHaveValue("valve"),
  );
  expect(await screen.findByText("12 tickets")).toBeVisible();
  await user.click(screen.getByRole("button", { name: "Save" }));
  await waitFor(() =>
    expect(calls("PATCH", "views/40").map((call) => call.body)).toEqual([
      { text: "subject:valve", version: 1 },
    ]),
  );
});

test("what cannot be read is said and not saved", async () => {
  renderAt("/desk/views/40", api);
  const text = await screen.findByRole("combobox", { name: "The same as text" });
  await waitFor(() => expect(text).toHaveValue("subject:pump"));
  fireEvent.change(text, { target: { value: "nonsense:1" } });
  expect(await screen.findByRole("alert")).toHaveTextContent("There is no such field.");
  expect(screen.getByRole("button", { name: "Save" })).toBeDisabled();
});

test("a ticket's place in a view is explained part by part", async () => {
  api.overrides.set("GET views/40/explain", () =>
    json({
      held: false,
      broken: false,
      parts: [
        { depth: 0, held: false, match: "all", field: null, text: null, broken: null },
        { depth: 1, held: true, match: null, field: "subject", text: "subject:pump", broken: null },
        { depth: 1, held: false, match: null, field: "tags", text: "tag:vpn", broken: null },
      ],
    }),
  );
  const { user } = renderAt("/desk/tickets?view=40", api);
  await screen.findByRole("heading", { name: "Pumps" });
  await user.keyboard("w");
  const dialog = within(await screen.findByRole("dialog"));
  await user.type(await dialog.findByLabelText("Ticket"), "4181");
  expect(await dialog.findByText("Ticket 4181 is not in this view.")).toBeVisible();
  expect(dialog.getAllByRole("img", { name: "holds" })).toHaveLength(1);
  expect(dialog.getAllByRole("img", { name: "does not hold" })).toHaveLength(2);
});

test("a tree is changed at its paths, and incomplete parts are known", () => {
  const tree = asGroup(leaf("subject", "a"));
  const grown = added(tree, [], { node: "group", match: "any", members: [leaf("tags", "b")] });
  const deeper = added(grown, [1], leaf("status"));
  expect(isComplete(deeper, fields as never)).toBe(false);
  const whole = changed(deeper, [1, 1], (part) => ({ ...part, values: ["open"] }) as Condition);
  expect(isComplete(whole, fields as never)).toBe(true);
  expect(shifted(whole, [1, 1], -1).members[1]).toEqual({
    node: "group",
    match: "any",
    members: [leaf("status", "open"), leaf("tags", "b")],
  });
  expect(shifted(whole, [0], -1)).toEqual(whole);
  expect(withoutShell(changed(whole, [1], () => null))).toEqual(leaf("subject", "a"));
  expect(withoutShell(asGroup(null))).toBe(null);
});

const machine = {
  id: 7,
  entity: "ticket",
  key: "machine",
  name: "Machine",
  kind: "choice",
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
  options: [{ key: "hx", name: "HX-210", color: "#AA0000", parent: null, active: true }],
};

test("a custom field is a column: its name over its values in people's words, asked for with the list", async () => {
  const shown = view(43, "Machines", { columns: ["field.machine"], sort: "-priority" });
  const row = freshTickets()[0];
  api.overrides.set("GET views", () => json({ items: [...builtInViews, shown] }));
  api.overrides.set("GET custom-fields", () => json({ items: [machine] }));
  api.overrides.set("GET tickets", () =>
    json({ items: [{ ...row, fields: { machine: "hx" } }], next_cursor: null }),
  );
  localStorage.setItem("atum.density", "compact");
  renderAt("/desk/tickets?view=43", api);
  expect(await screen.findByText("HX-210")).toBeVisible();
  expect(screen.getByText("Machine")).toBeVisible();
  expect(api.calls.some(({ url }) => /^tickets\?.*fields=machine/.test(url))).toBe(true);
});

test("rows of three lines have the chosen columns as values behind their names, in groups, too", async () => {
  const [row] = freshTickets();
  const columns = ["requester", "field.machine", "type"];
  const shown = view(43, "Machines", { columns, grouped: true, group_by: "priority" });
  api.overrides.set("GET views", () => json({ items: [...builtInViews, shown] }));
  api.overrides.set("GET custom-fields", () => json({ items: [machine] }));
  api.overrides.set("GET tickets/groups", () =>
    json({
      by: "priority",
      complete: true,
      items: [
        {
          group: "priority:high",
          value: "high",
          name: null,
          color: null,
          category: null,
          count: 1,
          exact: true,
        },
      ],
    }),
  );
  api.overrides.set("GET tickets", () =>
    json({ items: [{ ...row, type: "incident", fields: { machine: "hx" } }], next_cursor: null }),
  );
  localStorage.setItem("atum.density", "cosy");
  renderAt("/desk/tickets?view=43", api);
  const link = await screen.findByRole("link", { name: /Machine HX-210/ });
  expect(link).toHaveTextContent(/Machine HX-210.*Type Incident/);
  // The requester stands in the first line already.
  expect(link).not.toHaveTextContent("Requester");
  expect(api.calls.some(({ url }) => /^tickets\?.*fields=machine/.test(url))).toBe(true);
});

test("the columns to choose have custom fields by their names", async () => {
  api.overrides.set("GET custom-fields", () => json({ items: [machine] }));
  api.overrides.set("GET fields", () =>
    json({ items: [...fields, field("field.machine", "choice")] }),
  );
  renderAt("/desk/views/40", api);
  expect(await screen.findByRole("checkbox", { name: "Machine" })).not.toBeChecked();
});

test("the open ticket's place in a view is explained from its page, and a broken part says why", async () => {
  api.overrides.set("GET views/40/explain", () =>
    json({
      held: false,
      broken: true,
      parts: [{ depth: 0, held: false, field: "team", text: "team:17", broken: "it is gone" }],
    }),
  );
  renderAt("/desk/tickets/4187?view=40", api);
  await screen.findByRole("main", { name: /4187/ });
  await waitFor(() => {
    fireEvent.keyDown(document.body, { key: "w" });
    expect(screen.getByRole("dialog")).toBeVisible();
  });
  const dialog = within(screen.getByRole("dialog"));
  expect(await dialog.findByText("it is gone")).toBeVisible();
  expect(dialog.getByText("team:17")).toBeVisible();
  expect(calls("GET", "views/40/explain?ticket=4187&zone=UTC").length).toBeGreaterThan(0);
});

test("the palette goes to a view by its name", async () => {
  const { user, router } = renderAt("/desk/tickets", api);
  await rail();
  await user.keyboard("{Control>}k{/Control}");
  const box = await screen.findByPlaceholderText("Search tickets, people and actions");
  fireEvent.change(box, { target: { value: "pumps" } });
  const listed = within(await screen.findByRole("listbox"));
  fireEvent.click(await listed.findByText("Pumps"));
  await waitFor(() => expect(router.state.location.search).toMatchObject({ view: "40" }));
});

test("a view is sorted by a custom field, and the list says so by the field's name", async () => {
  const sorts = ["field.machine", "-field.machine"];
  const sorted = view(44, "By machine", { can_edit: true, sort: "-field.machine" });
  api.overrides.set("GET views", () => json({ items: [...builtInViews, sorted] }));
  api.overrides.set("GET custom-fields", () => json({ items: [machine] }));
  api.overrides.set("GET fields", () =>
    json({ items: [...fields, field("field.machine", "choice", { sorts })] }),
  );
  const { router } = renderAt("/desk/tickets?view=44", api);
  expect(await screen.findByText("Machine, highest first")).toBeVisible();
  expect(api.calls.some(({ url }) => /^tickets\?.*sort=-field.machine/.test(url))).toBe(true);
  await router.navigate({ to: "/desk/views/$viewId", params: { viewId: "44" }, search: {} });
  const choice = await screen.findByLabelText("Order");
  expect(choice).toHaveValue("-field.machine");
  await within(choice).findByText("Machine, lowest first");
});
