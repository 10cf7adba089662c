import { act, fireEvent, render, screen, waitFor, within } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import type { MessageItem } from "@/api/types";
import { iconOf } from "@/features/tickets/changeText";
import { FileTile } from "@/ui/FileTile";
import { statuses } from "./fake/people";
import { createFakeApi } from "./fake/server";
import { change } from "./fake/tickets";
import { renderAt } from "./render";

const TICKET = "/desk/tickets/4187";
const lines = () => screen.findByRole("region", { name: "Tickets" });
const thread = async () => within(await screen.findByRole("log", { name: "Thread" }));

const lisbon = (api: ReturnType<typeof createFakeApi>) => {
  const ticket = api.tickets.find(({ number }) => number === 4187);
  if (!ticket) throw new Error("the invented company has no such ticket");
  return ticket;
};

const firstMessage = (api: ReturnType<typeof createFakeApi>): MessageItem => {
  const found = lisbon(api).thread.find((item) => item.type === "message");
  if (found?.type !== "message") throw new Error("the thread has no message");
  return found;
};

/** What the browser says before and after a page goes to paper. */
const print = (event: "beforeprint" | "afterprint") =>
  act(() => {
    window.dispatchEvent(new Event(event));
  });

test("a signature is called one, and stands apart from what is quoted", async () => {
  const api = createFakeApi();
  Object.assign(firstMessage(api), {
    quoted: "-- \nInês\nHalvorsen Lisbon\n\n> Good morning\n> Is it on?",
    quoted_parts: [
      { kind: "signature", lines: 4 },
      { kind: "quote", lines: 2 },
    ],
  });
  const { user } = renderAt(TICKET, api);
  const log = await thread();
  expect(log.getByRole("button", { name: "Quoted, 2 lines" })).toBeVisible();
  await user.click(log.getByRole("button", { name: "Signature, 3 lines" }));
  expect(log.getByText(/Halvorsen Lisbon/)).toBeVisible();
  expect(log.queryByText(/Is it on\?/)).toBeNull();
});

test("changes that follow each other are one line that opens", async () => {
  const api = createFakeApi();
  lisbon(api).thread.push(
    change(61, [2, "Mina Farouk"], 3, [{ field: "priority", old: "high", new: "urgent" }]),
    change(62, [2, "Mina Farouk"], 2, [{ field: "priority", old: "urgent", new: "low" }]),
    change(63, [3, "Melisa Núñez"], 1, [
      {
        field: "status",
        old: { key: "open", name: "Open" },
        new: { key: "on_hold", name: "On hold" },
      },
    ]),
  );
  const { user } = renderAt(TICKET, api);
  const log = await thread();
  const run = log.getByRole("button", { name: "3 changes by Mina Farouk and Melisa Núñez" });
  expect(run).toHaveAttribute("aria-expanded", "false");
  expect(log.queryByText("set priority to Urgent")).toBeNull();
  await user.click(run);
  expect(log.getByText("set priority to Urgent")).toBeVisible();
  expect(log.getByText("set status to On hold")).toBeVisible();
  await user.click(run);
  expect(log.queryByText("set priority to Urgent")).toBeNull();
});

test("a renamed status is known by its key", () => {
  const renamed = statuses.map((one) =>
    one.key === "resolved" ? { ...one, name: "Solved" } : one,
  );
  const resolved = (name: string) =>
    change(64, [2, "Mina Farouk"], 1, [
      { field: "status", old: null, new: { key: "resolved", name } },
    ]);
  expect(iconOf(resolved("Solved"), { statuses: renamed })).toBe("check");
  expect(iconOf(resolved("Resolved"), { statuses: renamed })).toBe("check");
  const waiting = change(65, [2, "Mina Farouk"], 1, [
    { field: "status", old: null, new: { key: "waiting", name: "Resolved" } },
  ]);
  expect(iconOf(waiting, { statuses })).toBe("open");
});

test("the column shows the moment that orders the list, and says so", async () => {
  const { user, router, api } = renderAt("/desk/tickets");
  await within(await lines()).findByText("Payroll export stops at employee 412");
  const head = () => screen.getByRole("button", { name: /^Updated/ });
  expect(head()).toHaveTextContent("Updated");
  expect(screen.getByRole("button", { name: "Latest update first" })).toBeVisible();
  const shown = () => document.querySelectorAll("[data-current], time[title^='Updated']").length;
  expect(shown()).toBeGreaterThan(0);
  await user.click(head());
  expect(router.state.location.search).toMatchObject({ sort: "updated_at" });
  await waitFor(() =>
    expect(api.calls.some((call) => call.url.includes("sort=updated_at"))).toBe(true),
  );
});

test.each([
  ["?sort=-created_at", "Created", "Newest first"],
  ["?sort=created_at", "Created", "Oldest first"],
  ["?sort=-priority", "Updated", "Highest priority first"],
  ["?view=recently_resolved", "Resolved", "Latest resolved first"],
  ["?view=all&q=vpn", "Written", "Latest match first"],
])("the list %s shows when it was: %s, under %s", async (query, column, order) => {
  renderAt(`/desk/tickets${query}`);
  const list = within(await lines());
  await waitFor(() => expect(list.getAllByRole("link").length).toBeGreaterThan(0));
  const moments = [...document.querySelectorAll("section time")].map((time) =>
    time.getAttribute("title"),
  );
  expect(moments.length).toBeGreaterThan(0);
  for (const moment of moments) expect(moment).toMatch(new RegExp(`^${column}: `));
  expect(screen.getAllByText(order).length).toBeGreaterThan(0);
});

test("a hit shows who asked, how it stands, when, and the words around what was found", async () => {
  const { user } = renderAt("/desk/tickets");
  await within(await lines()).findByText("Payroll export stops at employee 412");
  await user.keyboard("/");
  await user.type(await screen.findByRole("combobox", { name: "Command palette" }), "lisbon");
  const hit = await screen.findByRole("option", { name: /VPN drops every 20 minutes/ });
  expect(hit).toHaveTextContent("Inês Carvalho");
  expect(hit).toHaveTextContent("Open");
  expect(hit.querySelector("time")).not.toBeNull();
  const marks = [...hit.querySelectorAll("mark")].map((mark) => mark.textContent?.toLowerCase());
  expect(marks).toEqual(["lisbon", "lisbon"]);
});

test("an excerpt of somebody else's HTML is words, and a note's has its lock", async () => {
  const api = createFakeApi();
  const note = lisbon(api).thread.find((item) => item.type === "message" && item.kind === "note");
  Object.assign(note ?? {}, { text: "<img src=x onerror=alert(1)> gateway <b>bold</b>" });
  renderAt("/desk/tickets?view=all&q=gateway", api);
  const list = within(await lines());
  const excerpt = await list.findByText(/<img src=x onerror=alert\(1\)>/);
  expect(excerpt).toHaveTextContent("gateway <b>bold</b>");
  expect(excerpt.querySelector("img, b")).toBeNull();
  expect(within(excerpt).getByRole("img", { name: "Note, staff only" })).toBeVisible();
});

test("every key of the open ticket stands in the palette, with what it does", async () => {
  const api = createFakeApi();
  lisbon(api).first_unread_id = firstMessage(api).id;
  const { user } = renderAt(TICKET, api);
  await thread();
  await user.keyboard("?");
  const help = within(await screen.findByRole("dialog", { name: "Keyboard shortcuts" }));
  const section = help.getByRole("heading", { name: "On a ticket" }).parentElement;
  const keysOf = (root: Element | null | undefined) =>
    [...(root?.querySelectorAll("kbd") ?? [])].map((key) => key.textContent).join("+");
  const told = [...(section?.querySelectorAll("dd") ?? [])].map(keysOf);
  expect(told.length).toBeGreaterThan(8);
  await user.keyboard("{Escape}");
  await user.keyboard("{Control>}k{/Control}");
  const options = within(await screen.findByRole("listbox")).getAllByRole("option");
  const offered = options.map(keysOf);
  // Sending, and to whom, belongs to the text that is being written.
  const ofText = ["ctrl+enter", "ctrl+shift+enter", "ctrl+shift+backspace"];
  for (const keys of told.filter((one) => !ofText.includes(one))) expect(offered).toContain(keys);
});

test("the palette acts on the open ticket", async () => {
  const { api, user } = renderAt(TICKET);
  await thread();
  const choose = async (words: string) => {
    await user.keyboard("{Control>}k{/Control}");
    await user.type(await screen.findByRole("combobox", { name: "Command palette" }), words);
    await user.keyboard("{Enter}");
  };
  await choose("resolve");
  await waitFor(() => expect(lisbon(api).status.key).toBe("resolved"));
  await choose("set the prio");
  const search = await screen.findByPlaceholderText("Priority");
  await waitFor(() => expect(search).toHaveFocus());
  await user.type(search, "urgent{Enter}");
  await waitFor(() => expect(lisbon(api).priority).toBe("urgent"));
});

test("what somebody may not do cannot be chosen, and its key does nothing", async () => {
  const api = createFakeApi();
  lisbon(api).can = { ...lisbon(api).can, status: false, assign: false };
  const { user } = renderAt(TICKET, api);
  await thread();
  await user.keyboard("e");
  await user.keyboard("{Control>}k{/Control}");
  const list = within(await screen.findByRole("listbox"));
  expect(list.getByRole("option", { name: /Set the priority/ })).toBeVisible();
  expect(list.queryByRole("option", { name: /Resolve/ })).toBeNull();
  for (const one of list.queryAllByRole("option", { name: /^Assign( to me)?\b(?!ed)/ }))
    expect(one).toHaveAttribute("aria-disabled", "true");
  expect(api.calls.some((call) => call.method === "PATCH")).toBe(false);
});

test("the palette acts on the chosen tickets", async () => {
  const { api, user } = renderAt("/desk/tickets");
  await within(await lines()).findByText("Payroll export stops at employee 412");
  await user.keyboard("jxjx");
  await user.keyboard("{Control>}k{/Control}");
  const palette = within(await screen.findByRole("listbox"));
  expect(palette.getByRole("group", { name: "2 selected" })).toBeVisible();
  await user.click(palette.getByRole("option", { name: /Resolve/ }));
  await screen.findByText("2 tickets resolved");
  const bulk = api.calls.filter((call) => call.url === "tickets/bulk");
  expect(bulk[0]?.body).toMatchObject({ numbers: [4192, 4191], set: { status: "resolved" } });
});

test("what was taken back is told above the bar of the chosen, not under it", async () => {
  const { user } = renderAt("/desk/tickets");
  await within(await lines()).findByText("Payroll export stops at employee 412");
  await user.keyboard("jxjxpurgent{Enter}");
  await screen.findByText("2 tickets set to Urgent");
  await user.keyboard("z");
  const told = await screen.findByText("Undone");
  const bar = screen.getByRole("toolbar", { name: "2 selected" });
  expect(told.compareDocumentPosition(bar)).toBe(Node.DOCUMENT_POSITION_FOLLOWING);
  // Both take room of their own in one column, so neither can cover the other or a row.
  expect(told.closest("[role=status]")?.parentElement).toBe(bar.parentElement);
});

test("on paper a ticket has its subject, number, people and dates, and its mail as text", async () => {
  const api = createFakeApi();
  lisbon(api).cc = [
    { id: 140, name: "Rui Sousa", email: "rui@halvorsen.example" },
    { id: 141, name: "pump@example.org", email: "pump@example.org" },
  ];
  renderAt(TICKET, api);
  const log = await thread();
  const title = "VPN drops every 20 minutes in the Lisbon office";
  expect(screen.getAllByRole("heading", { level: 1, name: title })).toHaveLength(1);
  print("beforeprint");
  const [head] = screen
    .getAllByRole("heading", { level: 1, name: title })
    .map((heading) => heading.closest("header"));
  expect(head).toHaveTextContent("#4187");
  expect(head).toHaveTextContent("Rui Sousa <rui@halvorsen.example>");
  expect(head).toHaveTextContent("pump@example.org");
  expect(head).not.toHaveTextContent("<pump@example.org>");
  expect(head?.querySelectorAll("time").length).toBe(3);
  expect(log.getByText("Still dropped at 09:47, though it lasted longer this time.")).toBeVisible();
  print("afterprint");
  expect(screen.getAllByRole("heading", { level: 1, name: title })).toHaveLength(1);
});

test("on paper the list is whole, not the part in the window", async () => {
  renderAt("/desk/tickets?view=all", createFakeApi({ tickets: 40 }));
  const list = within(await lines());
  await waitFor(() => expect(list.getAllByRole("link").length).toBeGreaterThan(20));
  print("beforeprint");
  expect(list.getAllByRole("link").length).toBeGreaterThanOrEqual(50);
  print("afterprint");
});

test("printing by command fetches the older part of the thread first", async () => {
  const api = createFakeApi();
  const older = { ...firstMessage(api), id: 900, text: "What was said long before" };
  firstMessage(api).id = 901;
  Object.assign(lisbon(api), { thread_cursor: "901", thread_earlier: 1 });
  api.overrides.set("GET tickets/4187/thread", () =>
    Response.json({ items: [older], next_cursor: null, newer_cursor: null, earlier: 0 }),
  );
  const printed = vi.fn();
  vi.stubGlobal("print", printed);
  const { user } = renderAt(TICKET, api);
  const log = await thread();
  await user.keyboard("{Control>}p{/Control}");
  await waitFor(() => expect(printed).toHaveBeenCalledOnce());
  expect(log.getByText("What was said long before")).toBeVisible();
});

test("a picture that is none is drawn as a file", () => {
  const { container } = render(<FileTile name="a.png" sizeBytes={9} thumbnail="/a.png" />);
  const picture = container.querySelector("img") as HTMLImageElement;
  fireEvent.error(picture);
  expect(container.querySelector("img")).toBeNull();
  expect(container.querySelector("svg")).not.toBeNull();
});
