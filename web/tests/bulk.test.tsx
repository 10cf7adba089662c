import { screen, waitFor, within } from "@testing-library/react";
import { beforeEach, expect, test } from "vitest";
import { me } from "./fake/people";
import { createFakeApi, type FakeApi, json, problem } from "./fake/server";
import { renderAt } from "./render";

const run = {
  id: 7,
  kind: "edit",
  state: "running",
  asked_by: { id: 1, name: "Ada" },
  request: {},
  cancel_asked: false,
  total: 10,
  changed: 4,
  unchanged: 1,
  refused: 0,
  problem: null,
  undo_of: null,
  undone_by: null,
  mail_at: null,
  created_at: "2026-11-20T10:00:00Z",
  started_at: "2026-11-20T10:00:01Z",
  finished_at: null,
  can_undo: false,
  refused_items: [],
};
const refusal = {
  number: 12,
  problem: {
    type: "about:blank",
    title: "x",
    status: 409,
    code: "ticket_busy",
    detail: "Somebody else changed this ticket the whole time.",
    parameters: {},
  },
};
const finished = {
  ...run,
  state: "done",
  changed: 8,
  refused: 1,
  finished_at: "2026-11-20T10:00:09Z",
  can_undo: true,
  refused_items: [refusal],
};
const preview = {
  count: 3,
  most: 50_000,
  samples: [{ number: 5, subject: "Printer", requester: "Mina", text: "Dear Mina", problem: null }],
  variables: ["requester.name"],
  missing: { resolution: 0, fields: [] },
  notices: [],
};

const machine = {
  id: 1,
  key: "machine",
  entity: "ticket",
  name: "Machine",
  kind: "text",
  help: "",
  active: true,
  options: [],
  pattern: null,
  currency: null,
  team_ids: [],
  ticket_types: [],
};

let api: FakeApi;

beforeEach(() => {
  api = createFakeApi();
  const permissions = [...me.permissions, "ticket:read", "ticket:reply", "ticket:priority"];
  api.overrides.set("GET me", () => json({ ...me, permissions }));
  api.overrides.set("POST bulk/preview", () => json(preview));
});

const bodies = (url: string) =>
  api.calls.filter((call) => call.method === "POST" && call.url === url).map((call) => call.body);

test("a list is changed after a preview, and its report follows", async () => {
  api.overrides.set("POST bulk", () => json(run, 202));
  api.overrides.set("GET bulk/7", () => json(finished));
  const { user } = renderAt("/desk/settings/bulk/new?view=all&q=tag%3Avpn&zone=UTC", api);
  await user.selectOptions(await screen.findByLabelText("Priority"), "high");
  await user.selectOptions(screen.getByRole("combobox", { name: "Message" }), "reply");
  await user.type(screen.getByLabelText("Text"), "Hi");
  await screen.findByText("3 tickets will be changed");
  await screen.findByText("Dear Mina");
  await user.click(await screen.findByRole("button", { name: "Change 3 tickets" }));
  await waitFor(() =>
    expect(bodies("bulk")).toEqual([
      {
        search: { view: "all", q: "tag:vpn", zone: "UTC" },
        actions: {
          set: { priority: "high" },
          add_tags: [],
          remove_tags: [],
          checklist_template_id: null,
          message: { kind: "reply", text: "Hi" },
        },
      },
    ]),
  );
  await screen.findByRole("button", { name: "Undo all of it" });
}, 60_000);

test("what some tickets lack is asked for before the run, which gets it all", async () => {
  const permissions = [...me.permissions, "ticket:read", "ticket:status"];
  api.overrides.set("GET me", () => json({ ...me, permissions }));
  api.overrides.set("GET custom-fields", () => json({ items: [machine] }));
  const missing = { resolution: 2, fields: [{ key: "machine", name: "Machine", count: 1 }] };
  api.overrides.set("POST bulk/preview", () => json({ ...preview, missing }));
  api.overrides.set("GET bulk/7", () => json(finished));
  let refused = false;
  api.overrides.set("POST bulk", () => {
    if (refused) return json(run, 202);
    refused = true;
    const errors = [{ field: "fields.machine", message: "No such machine." }];
    return problem(422, "validation_failed", "Some of what was sent cannot be accepted.", {
      errors,
    });
  });
  const { user } = renderAt("/desk/settings/bulk/new?numbers=1,2,3", api);
  await screen.findByRole("option", { name: "Resolved" });
  await user.selectOptions(screen.getByLabelText("Status"), "resolved");
  const asked = within(await screen.findByRole("region", { name: "Needed before it runs" }));
  expect(asked.getByText("Lacking on 2 tickets")).toBeVisible();
  expect(await asked.findByText("Lacking on 1 ticket")).toBeVisible();
  await user.selectOptions(asked.getByLabelText("Reason for resolving"), "solved");
  await user.type(asked.getByLabelText("Machine"), "HX");
  await user.click(screen.getByRole("button", { name: "Change 3 tickets" }));
  expect(await asked.findByText("No such machine.")).toBeVisible();
  await user.type(asked.getByLabelText("Machine"), "-210");
  await user.click(screen.getByRole("button", { name: "Change 3 tickets" }));
  await screen.findByRole("button", { name: "Undo all of it" });
  expect(bodies("bulk")).toMatchObject([
    { actions: { where_missing: { fields: { machine: "HX" } } } },
    {
      numbers: [1, 2, 3],
      actions: {
        set: { status: "resolved" },
        where_missing: { resolution: "solved", fields: { machine: "HX-210" } },
      },
    },
  ]);
}, 60_000);

test("what is wrong with a text is told before anything begins", async () => {
  const detail = "There is no variable requester.nmae; the nearest is requester.name.";
  api.overrides.set("POST bulk/preview", () => problem(422, "variable_unknown", detail));
  const { user } = renderAt("/desk/settings/bulk/new?numbers=1,2", api);
  await user.selectOptions(await screen.findByRole("combobox", { name: "Message" }), "reply");
  await user.type(screen.getByLabelText("Text"), "x");
  await screen.findByText(detail);
  expect(screen.getByRole("button", { name: /^Change/ })).toBeDisabled();
});

test("a run that goes on shows how far it is and is cancelled", async () => {
  let shown: object = run;
  api.overrides.set("GET bulk/7", () => json(shown));
  api.overrides.set("POST bulk/7/cancel", () => {
    shown = { ...run, cancel_asked: true };
    return json(shown);
  });
  const { user } = renderAt("/desk/settings/bulk/7", api);
  const bar = await screen.findByRole("progressbar", { name: "Tickets done: 5 of 10" });
  expect(bar).toHaveAttribute("value", "5");
  await user.click(screen.getByRole("button", { name: "Cancel" }));
  await screen.findByText("Stopping");
  expect(screen.getByRole("button", { name: "Cancel" })).toBeDisabled();
});

test("a report names what was refused and why, and its undo leads to the next report", async () => {
  const undoing = { ...finished, id: 8, kind: "undo", undo_of: 7, refused_items: [], refused: 0 };
  api.overrides.set("GET bulk/7", () => json(finished));
  api.overrides.set("GET bulk/8", () => json(undoing));
  api.overrides.set("POST bulk/7/undo", () => json(undoing, 202));
  const { user } = renderAt("/desk/settings/bulk/7", api);
  const refused = within(await screen.findByRole("region", { name: "Refused" }));
  refused.getByText(refusal.problem.detail);
  expect(refused.getByRole("link", { name: "Ticket #12" })).toHaveAttribute(
    "href",
    expect.stringContaining("/desk/tickets/12"),
  );
  await user.click(screen.getByRole("button", { name: "Undo all of it" }));
  await screen.findByRole("heading", { name: "#8 Undo of #7" });
  await screen.findByRole("button", { name: "Do it again" });
});

test("the runs of the past are listed", async () => {
  api.overrides.set("GET bulk", () => json({ items: [finished], next_cursor: null }));
  renderAt("/desk/settings/bulk", api);
  const link = await screen.findByRole("link", { name: /#7 Change of tickets/ });
  expect(link).toHaveTextContent("8 changed, 1 unchanged, 1 refused");
});
