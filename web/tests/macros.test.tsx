import { screen, waitFor, within } from "@testing-library/react";
import { expect, test } from "vitest";
import type { MacroPreview, MacroSummary } from "@/api/types";
import { triggerAt, withInserted } from "@/features/tickets/macros/trigger";
import { createFakeApi, json } from "./fake/server";
import { renderAt } from "./render";

const TICKET = "/desk/tickets/4187";
const field = () => screen.findByRole("textbox", { name: "Write a reply" });

const summary = (id: number, name: string, kind: MacroSummary["kind"]): MacroSummary => ({
  id,
  name,
  folder: "",
  kind,
  excerpt: "Dear {{ requester.first_name }}",
  languages: [""],
  actions: [],
  files: [],
  scope: "shared",
  owner_id: 1,
  owner_name: "Ada",
  team_id: null,
  condition: "",
  broken: null,
  active: true,
  version: 1,
  uses: 0,
  own_uses: 0,
  can_edit: false,
});
const preview = (part: Partial<MacroPreview>): MacroPreview => ({
  kind: "reply",
  language: "",
  text: "Dear Mina, restart it.",
  html: null,
  actions: [
    { do: "set", field: "priority", value: "high" },
    { do: "status", status: "waiting" },
    { do: "add_tags", tags: ["printer"] },
  ],
  files: [{ id: 5, filename: "steps.pdf", mime_type: "application/pdf", size: 9 }],
  fits: true,
  missing: { resolution: 0, fields: [] },
  ...part,
});

function withMacros() {
  const api = createFakeApi();
  const all = [
    summary(1, "First aid", "reply"),
    summary(2, "Second look", "note"),
    summary(3, "Mine", "none"),
  ];
  api.overrides.set("GET macros", (request) => {
    const words = new URL(request.url).searchParams.get("q") ?? "";
    const items = all.filter((one) => one.name.toLowerCase().includes(words.toLowerCase()));
    return json({ items, next_cursor: null, variables: [] });
  });
  api.overrides.set("POST macros/1/preview", () => json(preview({})));
  api.overrides.set("POST macros/2/preview", () =>
    json(preview({ kind: "note", text: "Seen twice.", actions: [], files: [] })),
  );
  api.overrides.set("POST macros/3/preview", () =>
    json(preview({ kind: "none", text: "", actions: [{ do: "assign", to: "me" }], files: [] })),
  );
  api.overrides.set("POST tickets/4187/macros/3", () =>
    json({ change_id: 77, undo_seconds: 0, message: null, ticket: null }),
  );
  return api;
}

test.each([
  ["::", 2, ""],
  ["Hello ::first a", 15, "first a"],
  ["a\n::x", 5, "x"],
])("%j opens the list behind its words", (text, caret, words) => {
  expect(triggerAt(text, caret)?.words).toBe(words);
});

test.each(["std::vector", "a :: b\n", "::a:", ":", "http://x::1"])("%j opens nothing", (text) => {
  expect(triggerAt(text, text.length)).toBeNull();
});

test("what is inserted stands in place of the trigger alone", () => {
  const trigger = triggerAt("Hi ::fi, bye", 7);
  expect(trigger && withInserted("Hi ::fi, bye", trigger, "X")).toBe("Hi X, bye");
});

test(":: filters, arrows move, enter inserts, and chips go with the message unless taken out", async () => {
  const api = withMacros();
  const { user } = renderAt(TICKET, api);
  await user.type(await field(), "::");
  const list = within(await screen.findByRole("listbox", { name: "Macros for this ticket" }));
  expect(await list.findAllByRole("option")).toHaveLength(3);
  await user.keyboard("{ArrowDown}");
  expect(list.getByRole("option", { selected: true })).toHaveTextContent("Second look");
  await user.keyboard("first");
  await waitFor(() => expect(screen.getAllByRole("option")).toHaveLength(1));
  await user.keyboard("{Enter}");
  await waitFor(async () => expect(await field()).toHaveValue("Dear Mina, restart it."));
  expect(screen.queryByRole("listbox")).toBeNull();
  const chips = within(
    await screen.findByRole("region", { name: "What First aid does when it is sent" }),
  );
  await user.click(chips.getByRole("button", { name: "Leave out: Add printer" }));
  expect(chips.queryByText("Add printer")).toBeNull();
  expect(chips.getByText("Attach steps.pdf")).toBeVisible();
  await user.click(await field());
  await user.keyboard("{Control>}{Enter}{/Control}");
  await screen.findByText(/Reply held for/);
  const sent = api.calls.find((call) => call.url === "tickets/4187/messages");
  expect(sent?.body).toMatchObject({
    text: "Dear Mina, restart it.",
    macro_id: 1,
    actions: [
      { do: "set", field: "priority", value: "high" },
      { do: "status", status: "waiting" },
    ],
    file_ids: [5],
  });
  expect(screen.queryByRole("region", { name: /What First aid/ })).toBeNull();
});

test("what the ticket lacks for a macro is asked for as it is chosen, and set with the rest", async () => {
  const api = withMacros();
  const rest = { kind: "text", help: "", active: true, options: [], pattern: null, currency: null };
  const machine = { id: 1, key: "machine", entity: "ticket", name: "Machine", team_ids: [] };
  api.overrides.set("GET custom-fields", () =>
    json({ items: [{ ...machine, ...rest, ticket_types: [] }] }),
  );
  const missing = { resolution: 1, fields: [{ key: "machine", name: "Machine", count: 1 }] };
  const actions = [{ do: "status" as const, status: "resolved" }];
  api.overrides.set("POST macros/1/preview", () => json(preview({ actions, missing, files: [] })));
  const { user } = renderAt(TICKET, api);
  await user.clear(await field());
  await user.type(await field(), "::first");
  await screen.findByRole("option", { name: /First aid/ });
  await user.keyboard("{Enter}");
  const dialog = within(await screen.findByRole("dialog", { name: "Needed before it runs" }));
  await user.selectOptions(dialog.getByLabelText("Reason for resolving"), "solved");
  await user.type(await dialog.findByLabelText("Machine"), "HX-210");
  await user.click(dialog.getByRole("button", { name: "Go on" }));
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  await user.click(await field());
  await user.keyboard("{Control>}{Enter}{/Control}");
  await screen.findByText(/Reply held for/);
  const sent = api.calls.find((call) => call.url === "tickets/4187/messages");
  expect(sent?.body).toMatchObject({
    macro_id: 1,
    actions: [
      { do: "status", status: "resolved" },
      { do: "set", field: "resolution", value: "solved" },
      { do: "set", field: "field.machine", value: "HX-210" },
    ],
  });
});

test("a macro that writes a note shows the note, and the reply keeps its words", async () => {
  const { user } = renderAt(TICKET, withMacros());
  await user.type(await field(), "Half ::second");
  await screen.findByRole("option", { name: /Second look/ });
  await user.keyboard("{Enter}");
  expect(await screen.findByRole("textbox", { name: "Write a note" })).toHaveValue("Seen twice.");
  await user.click(screen.getByRole("tab", { name: "Reply" }));
  expect(await field()).toHaveValue("Half ");
});

test("a macro without a message is applied by its button, and nothing is sent", async () => {
  const api = withMacros();
  const { user } = renderAt(TICKET, api);
  // What the test before left typed outlives its page.
  await user.clear(await field());
  await user.type(await field(), "::mine");
  await user.click(await screen.findByRole("option", { name: /Mine/ }));
  await user.click(await screen.findByRole("button", { name: "Apply Mine" }));
  expect(await screen.findByText("Mine applied")).toBeVisible();
  const applied = api.calls.find((call) => call.url === "tickets/4187/macros/3");
  expect(applied?.body).toEqual({ actions: [{ do: "assign", to: "me" }] });
  expect(api.calls.some((call) => call.url === "tickets/4187/messages")).toBe(false);
});

test("escape leaves the list and keeps the text", async () => {
  const { user } = renderAt(TICKET, withMacros());
  await user.clear(await field());
  await user.type(await field(), "::fi");
  await screen.findByRole("option", { name: /First aid/ });
  await user.keyboard("{Escape}");
  expect(screen.queryByRole("listbox")).toBeNull();
  expect(await field()).toHaveValue("::fi");
  expect(await field()).toHaveFocus();
});
