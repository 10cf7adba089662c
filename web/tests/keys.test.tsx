import { fireEvent, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";
import { ranked } from "@/lib/ranking";
import { teams } from "./fake/people";
import { createFakeApi } from "./fake/server";
import { holdBack, renderAt } from "./render";

const TICKET = "/desk/tickets/4187";

/** Presses keys in one go, before the page has drawn anything for the first of them. */
function press(...keys: string[]) {
  for (const key of keys) {
    fireEvent.keyDown(document.activeElement ?? document.body, { key, code: codeOf(key) });
  }
}

function codeOf(key: string): string {
  if (key.length > 1) return key;
  return key === " " ? "Space" : `Key${key.toUpperCase()}`;
}

function lisbon(api: ReturnType<typeof createFakeApi>) {
  const ticket = api.tickets.find((one) => one.number === 4187);
  if (!ticket) throw new Error("the fake lost #4187");
  return ticket;
}

async function openTicket() {
  const held = renderAt(TICKET);
  await screen.findByRole("log", { name: "Thread" });
  // The status picker knows its options.
  await screen.findByRole("button", { name: "Resolve" });
  return held;
}

const names = (query: string, ...labels: string[]) => ranked(labels, query, (label) => [label]);

test("a match is ranked: the same, its beginning, a word's beginning, inside", () => {
  expect(names("it", "Facilities", "Kit", "Our IT", "IT Support", "IT", "Network")).toEqual([
    "IT",
    "IT Support",
    "Our IT",
    "Facilities",
    "Kit",
  ]);
  expect(names("nunez", "Núñez", "Melisa Núñez")).toEqual(["Núñez", "Melisa Núñez"]);
  expect(names("nunez mel", "Melisa Núñez", "Melisa")).toEqual(["Melisa Núñez"]);
  expect(names(" ", "b", "a")).toEqual(["b", "a"]);
});

test("a name counts before a hint of the same rank, and unfiltered lists lose nobody", () => {
  const people = [
    { name: "Ada", mail: "it@example.org" },
    { name: "It", mail: "b@example.org" },
    { name: "Zoe", mail: "z@example.org" },
  ];
  const texts = (one: (typeof people)[number]) => [one.name, one.mail];
  expect(ranked(people, "it", texts).map((one) => one.name)).toEqual(["It", "Ada"]);
  expect(ranked(people, "it", texts, { keepAll: true })).toHaveLength(3);
});

test("keys pressed with the shortcut are typed into the picker, and none is a command", async () => {
  const { api } = await openTicket();
  press("s", "o", "n", " ", "h", "o", "l", "d", "Enter");
  await waitFor(() => expect(lisbon(api).status.key).toBe("on_hold"));
  expect(screen.getByRole("tab", { name: "Reply" })).toHaveAttribute("aria-selected", "true");
  const patches = api.calls.filter((call) => call.method === "PATCH");
  expect(patches.map((call) => call.body)).toMatchObject([{ status: "on_hold" }]);
});

test("the picker's field takes the focus however late it is drawn", async () => {
  const frame = (draw: FrameRequestCallback) => Number(setTimeout(() => draw(0), 300));
  vi.stubGlobal("requestAnimationFrame", frame);
  vi.stubGlobal("cancelAnimationFrame", (id: number) => clearTimeout(id));
  const { user } = await openTicket();
  await user.keyboard("{Control>}k{/Control}");
  await user.type(await screen.findByRole("combobox", { name: "Command palette" }), "set the prio");
  await user.keyboard("{Enter}");
  const search = await screen.findByPlaceholderText("Priority");
  await waitFor(() => expect(search).toHaveFocus());
});

test("enter takes the team whose name begins with what was typed", async () => {
  const fresh = { id: 98, name: "Facilities", color: "#808080" };
  teams.unshift(fresh as (typeof teams)[number]);
  try {
    const { api } = await openTicket();
    press("t", "n", "e", "t", "Enter");
    await waitFor(() => expect(lisbon(api).team.name).toBe("Network"));
    press("t", "i", "t", "Enter");
    await waitFor(() => expect(lisbon(api).team.name).toBe("IT Support"));
  } finally {
    teams.shift();
  }
});

test("enter that comes before the options picks from them once they are there", async () => {
  const api = createFakeApi();
  const answer = holdBack(api, "/people");
  renderAt("/desk/tickets/4187", api);
  await screen.findByRole("log", { name: "Thread" });
  press("a", "m", "e", "l", "Enter");
  await waitFor(() => expect(screen.getByPlaceholderText("Assignee")).toHaveValue("mel"));
  answer();
  await waitFor(() => expect(lisbon(api).assignee?.name).toBe("Melisa Núñez"));
});

test("what is typed right after r is the reply's text, and its Ctrl+Enter sends it", async () => {
  const { api } = await openTicket();
  await userEvent.setup({ delay: null }).keyboard("rSeen{Control>}{Enter}{/Control}");
  await screen.findByText(/Reply held for/);
  const sent = api.calls.filter((call) => call.url === "tickets/4187/messages");
  expect(sent.map((call) => call.body)).toMatchObject([{ kind: "reply", text: "Seen" }]);
});

test("keys after the one that closes the picker are commands again, in their order", async () => {
  const { api } = await openTicket();
  press("p", "l", "o", "w", "Enter", "n", "L", "o", "o", "k");
  await waitFor(() => expect(lisbon(api).priority).toBe("low"));
  await waitFor(() =>
    expect(screen.getByRole("textbox", { name: "Write a note" })).toHaveValue("Look"),
  );
});

test("the palette and the new ticket's requester take what is typed at once", async () => {
  const { user } = await openTicket();
  press("/", "e", "e");
  const palette = await screen.findByRole("combobox", { name: "Command palette" });
  await waitFor(() => expect(palette).toHaveValue("ee"));
  await user.keyboard("{Escape}");
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  press("c", "e", "I", "n");
  await waitFor(() => expect(screen.getByPlaceholderText(/^Search by name/)).toHaveValue("eIn"));
  expect(screen.getByRole("button", { name: "Resolve" })).toBeInTheDocument();
});

test("a picker of the list's bulk bar takes what is typed at once", async () => {
  const { api } = renderAt("/desk/tickets");
  await screen.findByText("Payroll export stops at employee 412");
  press("j", "p", "u", "r", "g", "Enter");
  await waitFor(() => {
    const bulk = api.calls.filter((call) => call.url === "tickets/bulk");
    expect(bulk.map((call) => call.body)).toMatchObject([{ set: { priority: "urgent" } }]);
  });
});

test("what is typed while a ticket is still fetched waits for it and is its reply's text", async () => {
  const api = createFakeApi();
  const answer = holdBack(api, "/tickets/4187");
  renderAt(TICKET, api);
  await screen.findByRole("main", { name: "Ticket 4187" });
  press("r", "H", "e", "l", "p");
  answer();
  const reply = await screen.findByRole("textbox", { name: "Write a reply" });
  await waitFor(() => expect(reply).toHaveValue("Help"));
  expect(api.calls.filter((call) => ["PATCH", "POST"].includes(call.method))).toEqual([]);
});

test("what is typed while a ticket's page is still loaded changes nothing in the list", async () => {
  const { api } = renderAt("/desk/tickets");
  await screen.findByText("Payroll export stops at employee 412");
  // All in one go: the list is still there when the letters come.
  press("j", "Enter", "r", "H", "e", "l", "p");
  const reply = await screen.findByRole("textbox", { name: "Write a reply" });
  await waitFor(() => expect(reply).toHaveValue("Help"));
  expect(api.calls.filter((call) => call.url === "tickets/bulk")).toEqual([]);
});

test("keys for a ticket that does not come are dropped, and the next ones are commands", async () => {
  const api = createFakeApi();
  const answer = holdBack(api, "/tickets/99999");
  const { router } = renderAt("/desk/tickets/99999", api);
  await screen.findByRole("main", { name: /99999/ });
  press("r", "e");
  answer();
  await screen.findByText(/There is no ticket/);
  press("g", "w");
  await waitFor(() => expect(router.state.location.search).toMatchObject({ view: "waiting" }));
});
