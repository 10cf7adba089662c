import { screen, waitFor, within } from "@testing-library/react";
import { expect, test } from "vitest";
import type { TicketRow } from "@/api/types";
import { keptLists, pagesOf, rowsOf, writePages } from "@/features/tickets/keptLists";
import { mapRows } from "@/features/tickets/listPages";
import { createFakeApi, json, problem } from "./fake/server";
import { message } from "./fake/tickets";
import { renderAt } from "./render";

const TICKET = "/desk/tickets/4187";
const thread = async () => within(await screen.findByRole("log", { name: "Thread" }));
const subject = "VPN drops every 20 minutes in the Lisbon office";

test("the thread shows messages, notes and the changes between them", async () => {
  renderAt(TICKET);
  const log = await thread();
  expect(log.getByText(/Good morning, since Friday/)).toBeVisible();
  expect(log.getByText("Note, staff only")).toBeVisible();
  expect(log.getByText("set team to IT Support, priority to High")).toBeVisible();
  expect(log.getByText("added the tag lisbon")).toBeVisible();
});

test("a name after an @ in a note looks like any other word, for nobody is told of it", async () => {
  const api = createFakeApi();
  const first = firstMessage(api);
  Object.assign(first, { kind: "note", html: null, text: "@Mina please see mina@example.org" });
  renderAt(TICKET, api);
  const log = await thread();
  const paragraph = log.getByText("@Mina please see mina@example.org");
  expect(paragraph.childElementCount).toBe(0);
});

test("quoted history is folded until asked for", async () => {
  const { user } = renderAt(TICKET);
  const log = await thread();
  expect(log.queryByText(/Good morning, line 1\b/)).toBeNull();
  await user.click(log.getByRole("button", { name: "Quoted, 11 lines" }));
  expect(log.getByText(/Good morning, line 1\b/)).toBeVisible();
});

test("a mail's HTML runs no script and loads no image from elsewhere until asked for", async () => {
  const { user } = renderAt(TICKET);
  const log = await thread();
  const frame = () => log.getByTitle<HTMLIFrameElement>("Message from Inês Carvalho");
  expect(frame().getAttribute("sandbox")).not.toContain("allow-scripts");
  expect(frame().srcdoc).toContain("default-src 'none'; img-src 'self' data:;");
  expect(frame().srcdoc).not.toContain(' src="https://img.example');
  await user.click(log.getByRole("button", { name: "Show images" }));
  expect(frame().srcdoc).toContain(' src="https://img.example/sign.png"');
  expect(frame().srcdoc).toContain("img-src 'self' data: https: http:;");
});

test("what a mail holds and the thread does not show is said, with a link to the original", async () => {
  const api = createFakeApi();
  const message = firstMessage(api);
  message.extras = { omitted: ["images", "html"], recipients_left_out: 0 };
  message.raw_url = "/api/v1/mails/7/raw";
  renderAt(TICKET, api);
  const log = await thread();
  expect(
    log.getByText(
      "Some embedded images are not shown. The end of the formatted text is not shown.",
    ),
  ).toBeVisible();
  expect(log.getByRole("link", { name: "Show original" })).toHaveAttribute(
    "href",
    "/api/v1/mails/7/raw",
  );
});

test("a text of half a megabyte is folded until asked for", async () => {
  const api = createFakeApi();
  const message = firstMessage(api);
  message.html = null;
  message.text = `begin ${"word ".repeat(100_000)}end`;
  const { user } = renderAt(TICKET, api);
  const log = await thread();
  expect(log.getByText(/^begin word/).textContent?.length).toBeLessThan(20_001);
  await user.click(log.getByRole("button", { name: /^Show all/ }));
  expect(log.getByText(/^begin word/).textContent).toHaveLength(message.text.length);
});

test("one endless line is folded too", async () => {
  const api = createFakeApi();
  const message = firstMessage(api);
  message.html = null;
  message.text = "x".repeat(400_000);
  renderAt(TICKET, api);
  const log = await thread();
  expect(log.getByText(/^x+$/).textContent).toHaveLength(20_000);
});

test("of two megabytes of HTML the text is shown first, and the HTML when it is asked for", async () => {
  const api = createFakeApi();
  const message = firstMessage(api);
  message.html = `<p>formatted</p><p>${"x ".repeat(1_000_000)}</p>`;
  message.text = "the words";
  const { user } = renderAt(TICKET, api);
  const log = await thread();
  expect(log.getByText("the words")).toBeVisible();
  const formatted = () =>
    log
      .queryAllByTitle<HTMLIFrameElement>(`Message from ${message.author.name}`)
      .filter((frame) => frame.srcdoc.includes("<p>formatted</p>"));
  expect(formatted()).toHaveLength(0);
  await user.click(log.getByRole("button", { name: /^Show formatted/ }));
  expect(formatted()).toHaveLength(1);
});

test("a status is set at once and can be taken back with z", async () => {
  const { api, user } = renderAt(TICKET);
  await thread();
  await user.keyboard("e");
  expect(await screen.findByText("Status is Resolved")).toBeVisible();
  expect(screen.getByRole("button", { name: "Reopen" })).toBeVisible();
  await waitFor(() => expect(statusOf(api)).toBe("resolved"));

  await user.keyboard("z");
  await waitFor(() => expect(statusOf(api)).toBe("open"));
  expect(await screen.findByText("Undone")).toBeVisible();
  expect(await screen.findByRole("button", { name: "Resolve" })).toBeVisible();
});

test("the picker opens by key, filters by what is typed and assigns", async () => {
  const { api, user } = renderAt(TICKET);
  await thread();
  await user.keyboard("a");
  const search = await screen.findByPlaceholderText("Assignee");
  await waitFor(() => expect(search).toHaveFocus());
  await user.type(search, "melisa");
  await user.click(await screen.findByRole("option", { name: /Melisa Núñez/, hidden: true }));
  // The list's rows say it, too, to whoever hears them.
  expect(await screen.findByText("Assigned to Melisa Núñez", { ignore: ".vh" })).toBeVisible();
  await waitFor(() => expect(lisbon(api).assignee?.name).toBe("Melisa Núñez"));
});

test("a refused change is put back and said", async () => {
  const api = createFakeApi();
  api.overrides.set("PATCH tickets/4187", () =>
    problem(403, "permission_missing", "You may not set the status."),
  );
  const { user } = renderAt(TICKET, api);
  await thread();
  await user.keyboard("e");
  expect(await screen.findByText("You may not set the status.")).toBeVisible();
  expect(await screen.findByRole("button", { name: "Resolve" })).toBeVisible();
});

test("a refused change leaves alone what others did to other tickets meanwhile", async () => {
  const api = createFakeApi();
  const { user, queryClient } = renderAt(TICKET, api);
  await thread();
  const subjects = () =>
    keptLists(queryClient)
      .flatMap(rowsOf)
      .flatMap((row) => (row.number === 4182 ? row.subject : []));
  await waitFor(() => expect(subjects()).toHaveLength(1));
  api.overrides.set("PATCH tickets/4187", () => {
    for (const query of keptLists(queryClient)) {
      const rename = (row: TicketRow) => [{ ...row, subject: "Renamed meanwhile" }];
      writePages(queryClient, query, mapRows(pagesOf(query) ?? [], 4182, rename));
    }
    return problem(403, "permission_missing", "You may not set the status.");
  });
  // The lists that are fetched afterwards would hide what was put back.
  api.overrides.set("GET tickets", () => new Promise(() => {}));
  await user.keyboard("e");
  expect(await screen.findByText("You may not set the status.")).toBeVisible();
  expect(subjects()).toEqual(["Renamed meanwhile"]);
  const kept = keptLists(queryClient)
    .flatMap(rowsOf)
    .filter((row) => row.number === 4187);
  expect(new Set(kept.map((row) => row.status.key))).toEqual(new Set(["open"]));
});

test("somebody else's change to another field does not stand in the way", async () => {
  const { api, user } = renderAt(TICKET);
  await thread();
  lisbon(api).version += 1;
  await user.keyboard("e");
  await waitFor(() => expect(statusOf(api)).toBe("resolved"));
  expect(api.calls.filter((call) => call.method === "PATCH")).toHaveLength(2);
});

test("a change to the same field meanwhile is told instead of overwritten", async () => {
  const { api, user } = renderAt(TICKET);
  await thread();
  const ticket = lisbon(api);
  Object.assign(ticket, {
    version: ticket.version + 1,
    status: { key: "on_hold", name: "On hold", category: "on_hold" },
  });
  await user.keyboard("e");
  expect(await screen.findByText(/Somebody changed the same thing meanwhile/)).toBeVisible();
  expect(statusOf(api)).toBe("on_hold");
});

test("the subject is edited in place", async () => {
  const { api, user } = renderAt(TICKET);
  await user.click(await screen.findByRole("button", { name: subject }));
  const field = screen.getByRole("textbox", { name: "Subject" });
  await user.clear(field);
  await user.type(field, "VPN drops in Lisbon{Enter}");
  expect(await screen.findByRole("button", { name: "VPN drops in Lisbon" })).toBeVisible();
  await waitFor(() => expect(lisbon(api).subject).toBe("VPN drops in Lisbon"));
});

test("opening a ticket marks it read", async () => {
  const { api } = renderAt("/desk/tickets/4192");
  await thread();
  await waitFor(() =>
    expect(api.calls.some((call) => call.url === "tickets/4192/read")).toBe(true),
  );
});

test("a ticket that is not there says so", async () => {
  renderAt("/desk/tickets/1");
  expect(await screen.findByText("There is no ticket 1")).toBeVisible();
});

type Api = ReturnType<typeof createFakeApi>;

function lisbon(api: Api) {
  const ticket = api.tickets.find((one) => one.number === 4187);
  if (!ticket) throw new Error("the fake lost #4187");
  return ticket;
}

const statusOf = (api: Api) => lisbon(api).status.key;

test("who a message is by is told with its proof, and a disproven name is a claim", async () => {
  const api = createFakeApi();
  const ticket = api.tickets.find((one) => one.number === 4187);
  if (!ticket) throw new Error("the invented company lost its ticket");
  ticket.thread = [
    message(1, 200, "Ana Prova", "proven", 3, {
      author_check: { verdict: "proven", words: "Signed by example.org (DKIM).", claims: false },
    }),
    message(2, 201, "Una Nota", "unknown", 2, {
      author: { id: null, name: "Una Nota" },
      author_check: {
        verdict: "unknown",
        words: "example.org says nothing about its mail.",
        claims: false,
      },
    }),
    message(3, 202, "Ida Falsa", "failed", 1, {
      author: { id: null, name: "Ida Falsa" },
      author_check: { verdict: "failed", words: "It has several From fields.", claims: true },
    }),
  ];
  const { user } = renderAt(TICKET, api);
  const log = await thread();
  expect(log.getByText("Somebody claiming to be Ida Falsa")).toBeVisible();
  expect(log.queryByText("Somebody claiming to be Una Nota")).toBeNull();
  expect(log.getByRole("button", { name: "Not verified" })).toBeVisible();
  await user.click(log.getByRole("button", { name: "Verified sender" }));
  expect(await screen.findByText("Signed by example.org (DKIM).")).toBeInTheDocument();
  await user.click(log.getByRole("button", { name: "Check failed" }));
  expect(await screen.findByText("It has several From fields.")).toBeInTheDocument();
});

test("portal links are revoked after a question that says what happens", async () => {
  const { api, user } = renderAt(TICKET);
  await thread();
  api.overrides.set("POST tickets/4187/portal-links/revoke", () => json({ ended_sessions: 2 }));
  await user.click(await screen.findByRole("button", { name: "Revoke portal links" }));
  const dialog = within(await screen.findByRole("dialog"));
  expect(dialog.getByText(/Inês Carvalho/)).toBeVisible();
  expect(api.calls.some((call) => call.url.includes("portal-links"))).toBe(false);
  await user.click(dialog.getByRole("button", { name: "Revoke" }));
  expect(await screen.findByText("Links revoked; 2 open pages were signed out")).toBeVisible();
  expect(api.calls.filter((call) => call.url.includes("portal-links"))).toHaveLength(1);
});

/** The message that stands first in the thread. */
function firstMessage(api: ReturnType<typeof createFakeApi>) {
  const found = lisbon(api).thread.find((item) => item.type === "message");
  if (found?.type !== "message") throw new Error("the ticket has no message");
  return found;
}
