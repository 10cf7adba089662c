import { act, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import type { MessageItem } from "@/api/types";
import { segmentsOf } from "@/features/tickets/thread/segments";
import { linesOf } from "@/features/tickets/threadLines";
import { createFakeApi, json } from "./fake/server";
import { message } from "./fake/tickets";
import { renderAt } from "./render";

const TICKET = "/desk/tickets/4187";
/** Fewer than a server sends, so that little is drawn here. */
const NEWEST = 10;

/** A ticket of so many messages with the ids from 1 on, of which the server gives parts as asked. */
function longTicket(count: number) {
  const api = createFakeApi();
  const ticket = api.tickets.find(({ number }) => number === 4187);
  if (!ticket) throw new Error("the invented company has no such ticket");
  const all = Array.from({ length: count }, (_, at) =>
    message(at + 1, 101, "Rita", `Said ${at + 1}.`, count - at),
  );
  const read = (from: number) => {
    const thread = all.filter(({ id }) => id >= from);
    const earlier = all.length - thread.length;
    Object.assign(ticket, {
      thread,
      thread_cursor: earlier > 0 ? String(thread[0]?.id) : null,
      thread_earlier: earlier,
      first_message: earlier > 0 ? all[0] : null,
      message_count: all.length,
      unread: false,
    });
  };
  read(count - NEWEST + 1);
  const asked: URLSearchParams[] = [];
  api.overrides.set("GET tickets/4187/thread", (request) => {
    const query = new URL(request.url).searchParams;
    asked.push(query);
    return json(partOf(all, query));
  });
  return { api, ticket, all, read, asked };
}

function partOf(all: MessageItem[], query: URLSearchParams) {
  const number = (name: string, otherwise: number) => Number(query.get(name) ?? otherwise);
  const [after, before] = [number("after", 0), number("before", 10_000)];
  const within = all.filter(({ id }) => after < id && id < before);
  const limit = number("limit", NEWEST);
  const half = Math.floor(limit / 2);
  const around = number("around", 0);
  const items = around
    ? within.filter(({ id }) => around - half <= id && id < around + limit - half)
    : query.has("before")
      ? within.slice(-limit)
      : within.slice(0, limit);
  const earlier = all.filter(({ id }) => id < (items[0]?.id ?? 0)).length;
  const newer = all.some(({ id }) => id > (items.at(-1)?.id ?? 0));
  return {
    items,
    earlier,
    next_cursor: earlier ? String(items[0]?.id) : null,
    newer_cursor: newer ? String(items.at(-1)?.id) : null,
  };
}

const log = async () => within(await screen.findByRole("log", { name: "Thread" }));
const shown = () =>
  [...document.querySelectorAll("article[id^=message-]")].map(({ id }) => Number(id.slice(8)));
const numbers = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, at) => from + at);

test("a long thread shows its first message and its newest part, and how many lie between", async () => {
  const { api } = longTicket(2000);
  renderAt(TICKET, api);
  const thread = await log();
  expect(thread.getByText("1,989 earlier messages")).toBeVisible();
  expect(shown()).toEqual([1, ...numbers(1991, 2000)]);
});

test("what is folded is shown from either side, and nothing is shown twice", async () => {
  const { api, asked } = longTicket(70);
  const { user } = renderAt(TICKET, api);
  const thread = await log();
  await user.click(thread.getByRole("button", { name: "Show the last of them" }));
  await thread.findByText("34 earlier messages");
  expect(shown()).toEqual([1, ...numbers(36, 70)]);
  await user.click(thread.getByRole("button", { name: "Show the first of them" }));
  await thread.findByText("9 earlier messages");
  expect(shown()).toEqual([...numbers(1, 26), ...numbers(36, 70)]);
  await user.click(thread.getByRole("button", { name: "Show the last of them" }));
  await waitFor(() => expect(shown()).toEqual(numbers(1, 70)));
  expect(thread.queryByText(/earlier message/)).toBeNull();
  expect(asked).toHaveLength(3);
});

test("what comes while older messages are shown takes none of them away", async () => {
  const { api, all, read, ticket } = longTicket(70);
  const { user, queryClient } = renderAt(TICKET, api);
  const thread = await log();
  await user.click(thread.getByRole("button", { name: "Show the last of them" }));
  await thread.findByText("34 earlier messages");
  all.push(message(71, 101, "Rita", "Said 71.", 0));
  read(Number(ticket.thread_cursor));
  await act(() => queryClient.invalidateQueries({ queryKey: ["ticket", 4187], exact: true }));
  await thread.findByText("Said 71.");
  expect(shown()).toEqual([1, ...numbers(36, 71)]);
  expect(thread.getByText("34 earlier messages")).toBeVisible();
});

test("a thread of fifty messages and more is read again from where it began", async () => {
  const { api, read } = longTicket(60);
  read(11);
  const { queryClient } = renderAt(TICKET, api);
  await log();
  const answer = api.handle;
  const from: (string | null)[] = [];
  api.handle = (request) => {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname.endsWith("/tickets/4187")) from.push(searchParams.get("thread_from"));
    return answer(request);
  };
  await act(() => queryClient.invalidateQueries({ queryKey: ["ticket", 4187], exact: true }));
  expect(from).toEqual(["11"]);
});

test("a link to a folded message loads what is around it and marks it", async () => {
  const { api, asked } = longTicket(2000);
  renderAt(`${TICKET}#message-700`, api);
  const thread = await log();
  await thread.findByText("Said 700.");
  await waitFor(() =>
    expect(document.querySelector("#message-700")).toHaveAttribute("data-linked", "true"),
  );
  expect(asked).toHaveLength(1);
  expect(shown()).toEqual([1, ...numbers(688, 712), ...numbers(1991, 2000)]);
  expect(thread.getByText("686 earlier messages")).toBeVisible();
  expect(thread.getByText("1,278 earlier messages")).toBeVisible();
});

test("what is new since the last visit has a rule over it, which d goes to and reading leaves", async () => {
  const { api, ticket } = longTicket(60);
  Object.assign(ticket, { unread: true, first_unread_id: 58 });
  const gone = vi.spyOn(Element.prototype, "scrollIntoView");
  const { user } = renderAt(TICKET, api);
  const thread = await log();
  const rule = thread.getByRole("separator", { name: "New since your last visit" });
  expect(rule.nextElementSibling).toHaveAttribute("id", "message-58");
  await waitFor(() =>
    expect(api.calls.some(({ url }) => url.endsWith("tickets/4187/read"))).toBe(true),
  );
  await user.keyboard("d");
  await waitFor(() => expect(gone.mock.contexts).toContain(rule));
  expect(rule).toBeVisible();
});

test("what is new far back is loaded and shown at once", async () => {
  const { api, ticket } = longTicket(300);
  Object.assign(ticket, { unread: true, first_unread_id: 120 });
  renderAt(TICKET, api);
  const thread = await log();
  const rule = await thread.findByRole("separator", { name: "New since your last visit" });
  expect(rule.nextElementSibling).toHaveAttribute("id", "message-120");
});

test("without anything new there is no rule, and what comes while one looks makes none", async () => {
  const { api, all, read, ticket } = longTicket(60);
  const { queryClient } = renderAt(TICKET, api);
  const thread = await log();
  all.push(message(61, 101, "Rita", "Said 61.", 0));
  read(51);
  Object.assign(ticket, { unread: true, first_unread_id: 61 });
  await act(() => queryClient.invalidateQueries({ queryKey: ["ticket", 4187], exact: true }));
  await thread.findByText("Said 61.");
  expect(thread.queryByRole("separator", { name: "New since your last visit" })).toBeNull();
});

/** Answers a search with the messages that hold the words. */
function searched({ api, all }: ReturnType<typeof longTicket>) {
  api.overrides.set("GET tickets/4187/matches", (request) => {
    const q = new URL(request.url).searchParams.get("q") ?? "";
    const items = all
      .filter(({ text }) => text.includes(q))
      .map(({ id }) => ({ message_id: id, words: [q] }));
    return json({ items, more: false, corrected: null });
  });
}

test("ctrl+f searches all of the ticket from the newest match on, and loads what holds one", async () => {
  const long = longTicket(2000);
  searched(long);
  const { user } = renderAt(TICKET, long.api);
  const thread = await log();
  await user.keyboard("{Control>}f{/Control}");
  const field = await screen.findByRole("searchbox", { name: "Search in this ticket" });
  await waitFor(() => expect(field).toHaveFocus());
  await user.keyboard("777");
  expect(await screen.findByText("2 of 2")).toBeVisible();
  await thread.findByText("Said 1777.");
  await user.keyboard("{Enter}");
  expect(await screen.findByText("1 of 2")).toBeVisible();
  await thread.findByText("Said 777.");
  await user.keyboard("{Shift>}{Enter}{/Shift}");
  expect(await screen.findByText("2 of 2")).toBeVisible();
  await user.clear(field);
  await user.type(field, "nothing of that");
  expect(await screen.findByText("No message")).toBeVisible();
  expect(screen.getByRole("button", { name: "Next match" })).toBeDisabled();
  await user.keyboard("{Escape}");
  expect(screen.queryByRole("searchbox", { name: "Search in this ticket" })).toBeNull();
});

test("pressed again in the field ctrl+f is left to the browser", async () => {
  const { api } = longTicket(60);
  const { user } = renderAt(TICKET, api);
  await log();
  await user.keyboard("{Control>}f{/Control}");
  const field = await screen.findByRole("searchbox", { name: "Search in this ticket" });
  await waitFor(() => expect(field).toHaveFocus());
  // fireEvent answers false where the page took the key for itself.
  expect(fireEvent.keyDown(field, { key: "f", ctrlKey: true })).toBe(true);
  field.blur();
  expect(fireEvent.keyDown(document.body, { key: "f", ctrlKey: true })).toBe(false);
});

test("parts that touch leave no gap, and what the newest part has grown over is not counted", () => {
  const { ticket } = longTicket(70);
  const part = (after: number, before: number) => ({
    after,
    before,
    earlier: after,
    count: before - after - 1,
  });
  const kinds = (...parts: ReturnType<typeof part>[]) =>
    segmentsOf(ticket, parts).map((one) =>
      one.kind === "gap" ? `gap ${one.gap.count}` : one.kind,
    );
  expect(kinds()).toEqual(["first", "gap 59"]);
  expect(kinds(part(40, 61))).toEqual(["first", "gap 39", "part"]);
  expect(kinds(part(0, 41), part(40, 61))).toEqual(["part", "part"]);
  expect(kinds(part(20, 31), part(40, 51))).toEqual([
    "first",
    "gap 19",
    "part",
    "gap 10",
    "part",
    "gap 10",
  ]);
  expect(segmentsOf({ ...ticket, thread_cursor: null }, [part(0, 61)])).toEqual([]);
  expect(linesOf(ticket.thread)).toHaveLength(10);
});
