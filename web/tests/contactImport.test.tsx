import { screen, waitFor, within } from "@testing-library/react";
import { beforeEach, expect, test } from "vitest";
import "@/features/contacts/imports/ImportScreen";
import "@/features/contacts/imports/ImportsScreen";
import { me } from "./fake/people";
import { createFakeApi, type FakeApi, json, problem } from "./fake/server";
import { renderAt } from "./render";

const ready = {
  id: 9,
  entity: "contact",
  filename: "people.csv",
  format: "csv",
  state: "ready",
  columns: ["Who", "Mail"],
  mapping: ["name", ""],
  if_alike: "skip",
  row_count: 2,
  done_rows: 0,
  counts: {},
  created_at: "2026-11-20T08:00:00Z",
  finished_at: null,
  change_id: null as number | null,
  created_by: { id: 1, name: "Tomasz Zieliński" },
  undone: false,
};
const row = (number: number, outcome: string, more = {}) => ({
  number,
  cells: ["Ana Lima", "ana@lima.example"],
  outcome,
  contact: null,
  alike: null,
  if_alike: null,
  differences: {},
  notices: [],
  ...more,
});

let api: FakeApi;
let now: Omit<typeof ready, "entity"> & { entity: string };

beforeEach(() => {
  api = createFakeApi();
  now = ready;
  api.overrides.set("GET me", () =>
    json({ ...me, permissions: [...me.permissions, "contact:edit"] }),
  );
  api.overrides.set("GET contact-imports", () => json({ items: [now] }));
  api.overrides.set("GET contact-imports/9", () => json(now));
  api.overrides.set("PATCH contact-imports/9", () => json(now));
  api.overrides.set("PATCH contact-imports/9/rows/2", () => json(now));
  api.overrides.set("GET contact-imports/9/rows", () =>
    json({
      items: [
        row(1, "changed", { differences: { name: ["Ana", "Ana Lima"] } }),
        row(2, "skipped", { alike: { id: 103, name: "Inês Carvalho" } }),
      ],
      next_cursor: null,
    }),
  );
});

const sent = (method: string, url: string) =>
  api.calls.findLast((call) => call.method === method && call.url === url)?.body;

test("a file is handed in, and what cannot be read is said", async () => {
  const answers = [
    problem(422, "import_unreadable", "The file has more than 20,000 rows."),
    json(ready, 201),
  ];
  api.overrides.set("POST contact-imports", () => answers.shift() ?? json(ready, 201));
  const { user, router } = renderAt("/desk/contact-imports", api);
  const input = await screen.findByLabelText("Choose a file", { selector: "input" });
  await user.upload(input, new File(["x"], "people.csv", { type: "text/csv" }));
  expect(await screen.findByRole("alert")).toHaveTextContent("more than 20,000 rows");
  await user.upload(input, new File(["Who;Mail"], "people.csv", { type: "text/csv" }));
  await waitFor(() => expect(router.state.location.pathname).toBe("/desk/contact-imports/9"));
});

test("columns are mapped, and each row is rehearsed with its differences and its choice", async () => {
  const { user } = renderAt("/desk/contact-imports/9", api);
  const columns = within(await screen.findByRole("region", { name: "What the columns are" }));
  expect(await columns.findByText("ana@lima.example")).toBeVisible();
  await user.selectOptions(
    columns.getByRole("combobox", { name: "Field of the column Mail" }),
    "email",
  );
  expect(sent("PATCH", "contact-imports/9")).toEqual({ mapping: ["name", "email"] });
  await user.selectOptions(columns.getByRole("combobox", { name: /only looks like/ }), "update");
  expect(sent("PATCH", "contact-imports/9")).toEqual({ if_alike: "update" });
  const rows = within(screen.getByRole("region", { name: "What would happen" }));
  expect(await rows.findByText("Changed")).toBeVisible();
  expect(rows.getByText("Ana Lima", { selector: "ins" })).toBeVisible();
  expect(rows.getByText(/Looks like Inês Carvalho/)).toBeVisible();
  await user.selectOptions(rows.getByRole("combobox", { name: "What becomes of row 2" }), "add");
  expect(sent("PATCH", "contact-imports/9/rows/2")).toEqual({ if_alike: "add" });
});

test("an import runs, tells what it did, and is undone as a whole", async () => {
  api.overrides.set("POST contact-imports/9/start", () => {
    now = {
      ...ready,
      state: "done",
      done_rows: 2,
      change_id: 88,
      counts: { added: 1, changed: 1 },
    };
    return json(now, 200, { "X-Change-Id": "88" });
  });
  const { user } = renderAt("/desk/contact-imports/9", api);
  await user.click(await screen.findByRole("button", { name: "Import 2 rows" }));
  expect(await screen.findByText("Rows done: 2 of 2")).toBeVisible();
  expect(screen.getByText("New 1")).toBeVisible();
  expect(screen.getByRole("link", { name: "Download the report" })).toHaveAttribute(
    "href",
    "/api/v1/contact-imports/9/report.csv",
  );
  await user.click(screen.getByRole("button", { name: "Undo the whole import" }));
  await waitFor(() =>
    expect(api.calls.some(({ url }) => url === "changes/88/undo?scope=chain")).toBe(true),
  );
});

test("organizations are imported with their own fields, by whoever may edit them", async () => {
  const of = {
    ...ready,
    entity: "organization",
    columns: ["Company", "Site", "Tier"],
    mapping: ["name", "", ""],
  };
  now = of;
  const tier = {
    id: 7,
    entity: "organization",
    key: "tier",
    name: "Support tier",
    kind: "text",
    active: true,
    options: [],
    team_ids: [],
    ticket_types: [],
    required_on: [],
  };
  api.overrides.set("GET me", () =>
    json({ ...me, permissions: [...me.permissions, "organization:edit"] }),
  );
  api.overrides.set("GET custom-fields", () => json({ items: [tier] }));
  api.overrides.set("GET contact-imports/9/rows", () =>
    json({
      items: [
        row(1, "changed", {
          contact: { id: 5, name: "Halvorsen" },
          differences: { domain: ["", "halvorsen.example"], "field.tier": ["", "Gold"] },
        }),
      ],
      next_cursor: null,
    }),
  );
  const posted: string[] = [];
  api.overrides.set("POST contact-imports", (request) => {
    posted.push(new URL(request.url).search);
    return json(of, 201);
  });
  const { user } = renderAt("/desk/contact-imports?of=organization", api);
  expect(await screen.findByRole("main", { name: "Import organizations" })).toBeVisible();
  const input = await screen.findByLabelText("Choose a file", { selector: "input" });
  await user.upload(input, new File(["Company"], "companies.csv", { type: "text/csv" }));
  const column = await screen.findByRole("combobox", { name: "Field of the column Tier" });
  expect(posted).toEqual(["?entity=organization"]);
  await user.selectOptions(
    column,
    await within(column).findByRole("option", { name: "Support tier" }),
  );
  expect(sent("PATCH", "contact-imports/9")).toEqual({ mapping: ["name", "", "field.tier"] });
  expect(within(column).queryByRole("option", { name: "Phones" })).toBeNull();
  const rows = within(screen.getByRole("region", { name: "What would happen" }));
  expect(await rows.findByRole("link", { name: "Halvorsen" })).toHaveAttribute(
    "href",
    "/desk/organizations/5",
  );
  expect(rows.getByText("Support tier")).toBeVisible();
  expect(rows.getByText("halvorsen.example", { selector: "ins" })).toBeVisible();
});
