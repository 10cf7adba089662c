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
import { freshTickets } from "./fake/tickets";
import { builtInViews, view } from "./fake/views";
import { holdBack, renderAt } from "./render";

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

/** How many elements of a kind were ever on the page, gone ones among them. */
function countMounts(selector: string) {
  const seen = new Set<Element>();
  const look = () => {
    for (const one of document.querySelectorAll(selector)) seen.add(one);
  };
  new MutationObserver(look).observe(document.body, { childList: true, subtree: true });
  return () => {
    look();
    return seen.size;
  };
}

/** Waits until each group has its page: what is found before may give way to it. */
const settled = async () => {
  await heading(/^Urgent\s*\d/);
  await waitFor(() => expect(screen.queryByText("Loading")).toBeNull());
  expect(await heading(/^Urgent\s*\d/)).toBeVisible();
};

/** Tickets of a group that no other has. */
function eachInOneGroup() {
  api.overrides.set("GET tickets", ({ url }) => {
    const at = ["priority:urgent", "priority:high"].indexOf(
      new URL(url).searchParams.get("group") ?? "",
    );
    return json({ items: freshTickets().slice(at + 1, at + 2), next_cursor: null });
  });
}

const byPriority = view(9, "By priority", { grouped: true, group_by: "priority" });

test("a view in groups that is known late comes into the pane that is there, and so does one without", async () => {
  api.overrides.set("GET views", () => json({ items: [...builtInViews, byPriority] }));
  eachInOneGroup();
  const release = holdBack(api, "/views");
  const mounts = countMounts("main");
  const { router } = renderAt("/desk/tickets?view=9", api);
  await screen.findByRole("main");
  release();
  await settled();
  expect(await screen.findByRole("main", { name: "By priority" })).toBeVisible();
  await router.navigate({ to: "/desk/tickets", search: { view: "waiting" } });
  expect(await screen.findByRole("main", { name: "Waiting" })).toBeVisible();
  await router.navigate({ to: "/desk/tickets", search: { group: "priority" } });
  await settled();
  expect(mounts()).toBe(1);
});

test("an open ticket stays as it is while the list beside it turns into groups", async () => {
  api.overrides.set("GET views", () => json({ items: [...builtInViews, byPriority] }));
  eachInOneGroup();
  const release = holdBack(api, "/views");
  const { router, user } = renderAt("/desk/tickets/4187?view=9", api);
  const reply = await screen.findByRole("textbox", { name: "Write a reply" });
  const mounts = countMounts("main");
  await user.type(reply, "Half a sentence");
  release();
  await waitFor(() => expect(askedGroups()).toContain("priority:urgent"));
  await router.navigate({ to: ".", search: { view: "waiting" } });
  await waitFor(() => expect(router.state.location.search).toMatchObject({ view: "waiting" }));
  expect(reply).toBeInTheDocument();
  expect(reply).toHaveValue("Half a sentence");
  expect(mounts()).toBe(1);
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
