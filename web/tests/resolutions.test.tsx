import { screen, waitFor, within } from "@testing-library/react";
import { beforeEach, expect, test } from "vitest";
import { me, resolutions } from "./fake/people";
import { createFakeApi, type FakeApi, json, problem } from "./fake/server";
import { freshTickets } from "./fake/tickets";
import { renderAt } from "./render";

let api: FakeApi;
const ticket = freshTickets().find((one) => one.number === 4187);
if (!ticket) throw new Error("The fake has this ticket.");
const { number } = ticket;
const ended = {
  ...ticket,
  status: { key: "resolved", name: "Resolved", category: "resolved", color: null },
  resolution: { key: "duplicate", name: "Duplicate" },
};

beforeEach(() => {
  api = createFakeApi();
});

const calls = (method: string, url: string) =>
  api.calls.filter((call) => call.method === method && call.url === url);
const required = () =>
  problem(
    422,
    "resolution_required",
    "Say why it is resolved; the reasons are: solved, duplicate.",
  );

test("where the server asks why, the desk asks the person and sends the answer along", async () => {
  let refused = 0;
  api.overrides.set(`PATCH tickets/${number}`, () => {
    refused += 1;
    return refused === 1 ? required() : json(ended, 200, { "X-Change-Id": "97" });
  });
  const { user } = renderAt(`/desk/tickets/${number}`, api);
  await screen.findByRole("button", { name: "Resolve" });
  await user.keyboard("e");
  const dialog = within(await screen.findByRole("dialog", { name: "Why is it resolved?" }));
  expect(dialog.getByText("We did what was asked")).toBeVisible();
  await user.click(dialog.getByRole("radio", { name: /Duplicate/ }));
  await user.keyboard("{Enter}");
  await waitFor(() =>
    expect(calls("PATCH", `tickets/${number}`).map(({ body }) => body)).toEqual([
      expect.not.objectContaining({ resolution: expect.anything() }),
      expect.objectContaining({ status: "resolved", resolution: "duplicate" }),
    ]),
  );
});

test("who would rather not say leaves the ticket as it was, and reads why", async () => {
  api.overrides.set(`PATCH tickets/${number}`, required);
  const { user } = renderAt(`/desk/tickets/${number}`, api);
  await screen.findByRole("button", { name: "Resolve" });
  await user.keyboard("e");
  const dialog = within(await screen.findByRole("dialog", { name: "Why is it resolved?" }));
  await user.click(dialog.getByRole("button", { name: "Cancel" }));
  expect(await screen.findByText(/Say why it is resolved/)).toBeVisible();
  expect(calls("PATCH", `tickets/${number}`)).toHaveLength(1);
});

test("of many tickets the person is asked once, before one change with one undo is made", async () => {
  const machine = { id: 1, key: "machine", entity: "ticket", name: "Machine" };
  const rest = { kind: "text", help: "", active: true, options: [], pattern: null, currency: null };
  api.overrides.set("GET custom-fields", () =>
    json({ items: [{ ...machine, ...rest, team_ids: [], ticket_types: [] }] }),
  );
  let missing: object = { resolution: 1, fields: [] };
  api.overrides.set("POST bulk/preview", () =>
    json({ count: 2, most: 9, samples: [], variables: [], missing }),
  );
  const { user } = renderAt("/desk/tickets", api);
  await user.click((await screen.findAllByRole("checkbox", { name: /^Select/ }))[1] as Element);
  await user.click(await screen.findByRole("button", { name: /^Resolve/ }));
  const why = within(await screen.findByRole("dialog", { name: "Why is it resolved?" }));
  await user.click(why.getByRole("button", { name: "Cancel" }));
  expect(calls("POST", "tickets/bulk")).toEqual([]);
  missing = { resolution: 1, fields: [{ key: "machine", name: "Machine", count: 2 }] };
  await user.click(await screen.findByRole("button", { name: /^Resolve/ }));
  const dialog = within(await screen.findByRole("dialog", { name: "Needed before it runs" }));
  await user.selectOptions(dialog.getByLabelText("Reason for resolving"), "duplicate");
  await user.type(await dialog.findByLabelText("Machine"), "HX-210");
  await user.click(dialog.getByRole("button", { name: "Go on" }));
  await waitFor(() =>
    expect(calls("POST", "tickets/bulk").map(({ body }) => body)).toMatchObject([
      {
        set: { status: "resolved" },
        where_missing: { resolution: "duplicate", fields: { machine: "HX-210" } },
      },
    ]),
  );
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
});

test("reasons are added, renamed and moved in the settings, each with an undo", async () => {
  const permissions = ["ticket:read", "people:read", "settings:statuses:edit"];
  api.overrides.set("GET me", () => json({ ...me, permissions }));
  const answer = (body: object) => () => json(body, 200, { "X-Change-Id": "95" });
  api.overrides.set("POST resolutions", answer(resolutions[0] ?? {}));
  api.overrides.set("PATCH resolutions/solved", answer(resolutions[0] ?? {}));
  api.overrides.set("PUT resolutions/order", answer({ items: resolutions }));
  const { user } = renderAt("/desk/settings/statuses", api);
  await user.click(await screen.findByRole("button", { name: "Add a reason" }));
  const added = within(await screen.findByRole("dialog"));
  await user.type(added.getByLabelText("Name"), "Withdrawn");
  await user.click(added.getByRole("button", { name: "Add" }));
  await screen.findByText("Reason Withdrawn added");
  expect(calls("POST", "resolutions").map(({ body }) => body)).toEqual([
    { name: "Withdrawn", description: "" },
  ]);
  await user.click(await screen.findByRole("button", { name: "Move Duplicate up" }));
  await waitFor(() =>
    expect(calls("PUT", "resolutions/order").map(({ body }) => body)).toEqual([
      { keys: ["duplicate", "solved"] },
    ]),
  );
  await user.click(screen.getByRole("button", { name: "Edit Solved" }));
  const edited = within(await screen.findByRole("dialog"));
  await user.click(edited.getByRole("switch", { name: /In use/ }));
  await user.click(edited.getByRole("button", { name: "Save" }));
  await waitFor(() =>
    expect(calls("PATCH", "resolutions/solved").map(({ body }) => body)).toEqual([
      { active: false, version: 1 },
    ]),
  );
});
