import { screen, waitFor, within } from "@testing-library/react";
import { beforeEach, expect, test } from "vitest";
// Loaded before the clock of a test runs: on a busy machine that takes seconds.
import "@/features/tickets/groups/GroupedList";
import "@/features/tickets/groups/GroupItems";
import "@/features/tickets/TicketsScreen";
import type { TicketRow } from "@/api/types";
import { belongs } from "@/features/tickets/listRules";
import { groupedBy, parseTicketSearch } from "@/features/tickets/search";
import { shownSearch } from "@/features/tickets/views/shownView";
import { me } from "./fake/people";
import { createFakeApi, type FakeApi, json } from "./fake/server";
import { view } from "./fake/views";
import { renderAt } from "./render";

const group = (key: string, value: string | null, count: number, more = {}) => ({
  group: `${key}:${value ?? ""}`,
  value,
  name: null,
  color: null,
  category: null,
  count,
  exact: true,
  ...more,
});

let api: FakeApi;

beforeEach(() => {
  localStorage.clear();
  api = createFakeApi();
  api.overrides.set("GET tickets/groups", () =>
    json({
      by: "priority",
      items: [
        group("priority", "urgent", 1),
        group("priority", "high", 1000, { exact: false }),
        group("priority", null, 2),
      ],
      complete: true,
    }),
  );
});

const heading = async (name: RegExp) =>
  within(await screen.findByRole("region", { name: "Tickets" })).findByRole("button", { name });
const askedGroups = () =>
  api.calls.flatMap(({ url }) => new URLSearchParams(url.split("?")[1]).getAll("group"));

test("a list stands in groups by the field of its address, each with its count and its own page", async () => {
  renderAt("/desk/tickets?group=priority", api);
  expect(await heading(/^Urgent\s*\d/)).toHaveAttribute("aria-expanded", "true");
  expect(await heading(/^Priority: none/)).toBeVisible();
  await waitFor(() => expect(askedGroups()).toContain("priority:urgent"));
  await waitFor(() => expect(askedGroups()).toContain("priority:"));
  expect(api.calls.find(({ url }) => url.startsWith("tickets/groups"))?.url).toContain(
    "by=priority",
  );
});

test("a collapsed group is asked for no tickets, and stays collapsed on this device", async () => {
  const { user } = renderAt("/desk/tickets?group=priority", api);
  await user.click(await heading(/^High/));
  expect(await heading(/^High\s*1000\+/)).toHaveAttribute("aria-expanded", "false");
  const kept = localStorage.getItem(`atum.collapsed.${me.person.id}`);
  expect(JSON.parse(kept ?? "")).toEqual([["all_open priority", ["priority:high"]]]);
});

test("what was collapsed before begins collapsed, and a broken memory collapses nothing", async () => {
  const key = `atum.collapsed.${me.person.id}`;
  localStorage.setItem(key, JSON.stringify([["all_open priority", ["priority:urgent"]]]));
  renderAt("/desk/tickets?group=priority", api);
  expect(await heading(/^Urgent\s*1$/)).toHaveAttribute("aria-expanded", "false");
  await waitFor(() => expect(askedGroups()).toContain("priority:high"));
  expect(askedGroups()).not.toContain("priority:urgent");
});

test("the menu of groups offers the fields that may be one and writes the choice into the address", async () => {
  const field = { source: "ticket", operators: [], choices: [], permission: null, command: null };
  const more = { in_list: true, contacts_see: false, filters: [], sorts: [] };
  const named = (key: string, can_group: boolean) => ({
    ...field,
    ...more,
    key,
    name: key,
    kind: "choice",
    can_group,
  });
  api.overrides.set("GET fields", () =>
    json({ items: [named("priority", true), named("subject", false)] }),
  );
  const { user, router } = renderAt("/desk/tickets", api);
  await user.click(await screen.findByRole("button", { name: "Group: status" }));
  const item = await screen.findByText("Priority", { selector: "[role=menuitem] bdi" });
  expect(screen.queryByText("Subject", { selector: "[role=menuitem] bdi" })).toBeNull();
  await user.click(item);
  await waitFor(() => expect(router.state.location.search).toMatchObject({ group: "priority" }));
  expect(await screen.findByText("Group: Priority")).toBeVisible();
});

test("a view's groups are those of the reader, else its own, unless the address names others", () => {
  const own = { columns: null, sort: null, grouped: null, density: null, hidden: false };
  const shared = view(9, "V", { grouped: true, group_by: "team", own: { ...own, group_by: null } });
  const mine = { ...shared, own: { ...shared.own, group_by: "assignee" } };
  const off = { ...shared, own: { ...shared.own, grouped: false } };
  const by = (search: Record<string, unknown>, of = shared) =>
    groupedBy(shownSearch(parseTicketSearch({ view: "9", ...search }), of));
  expect([by({}), by({}, mine), by({}, off)]).toEqual(["team", "assignee", null]);
  expect([by({ group: "priority" }, mine), by({ group: "none" })]).toEqual(["priority", null]);
  expect(by({ q: "printer" })).toBeNull();
  expect(by({ q: "tag:vpn" })).toBe("team");
});

test("a changed row is of the group whose value it has, where rows tell", () => {
  const row = {
    assignee: { id: 7, name: "Ada" },
    organization: null,
    priority: "high",
    status: { key: "new", name: "New", category: "new" },
    fields: { place: "lab", leased: false },
  } as unknown as TicketRow;
  const isOf = (asked: string) => belongs({ view: "all", group: asked }, row, { me: 1, now: 0 });
  expect(isOf("assignee:7")).toBe(true);
  expect(isOf("assignee:8")).toBe(false);
  expect(isOf("organization:")).toBe(true);
  expect(isOf("status:new")).toBe(true);
  expect(isOf("priority:low")).toBe(false);
  expect(isOf("field.place:lab")).toBe(true);
  expect(isOf("field.leased:false")).toBe(true);
  expect(isOf("field.other:")).toBe(true);
  expect(isOf("requester.vip:true")).toBeNull();
  expect(
    belongs(
      { view: "all", group: "field.place:lab" },
      { ...row, fields: undefined },
      { me: 1, now: 0 },
    ),
  ).toBeNull();
});
