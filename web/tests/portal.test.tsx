import { screen, waitFor, within } from "@testing-library/react";
import { beforeEach, expect, test, vi } from "vitest";
import type { PortalTicket } from "@/features/portal/api";
import { createFakeApi, type FakeApi, json, problem } from "./fake/server";
import { renderAt } from "./render";

const home = {
  workspace_name: "Halvorsen Instruments",
  signed_in: false,
  name: null,
  upload_max_bytes: 1000,
  live_url: "ws://localhost/ws/",
};

const request: PortalTicket = {
  number: 4187,
  subject: "VPN drops every 20 minutes",
  status: { key: "waiting", name: "Waiting on requester", category: "waiting", color: null },
  created_at: "2026-11-22T08:42:00Z",
  updated_at: "2026-11-22T09:05:00Z",
  requester_name: "Inês Carvalho",
  mine: true,
  fields: [],
  thread: [
    {
      id: 1,
      from_staff: false,
      author_name: "Inês Carvalho",
      you: true,
      claimed: false,
      text: "It drops again.",
      html: null,
      quoted: "On Friday you wrote:\nnothing",
      created_at: "2026-11-22T08:42:00Z",
      attachments: [],
    },
    {
      id: 2,
      from_staff: true,
      author_name: "Tomasz Zieliński",
      you: false,
      claimed: false,
      text: "Please reconnect.",
      html: "<p>Please <b>reconnect</b>.</p>",
      quoted: null,
      created_at: "2026-11-22T09:05:00Z",
      attachments: [],
    },
  ],
  can: { reply: true, resolve: true, reopen: false, follow_up: false },
  version: 3,
};

/** Stands in for uploads, which tell how far they are and so do not use fetch. */
class QuickUpload {
  status = 201;
  responseText = JSON.stringify({ id: 9, token: "t".repeat(24), filename: "log.txt", size: 3 });
  upload: { onprogress?: (event: object) => void } = {};
  onload = () => {};
  open() {}
  setRequestHeader() {}
  getResponseHeader() {
    return null;
  }
  abort() {}
  send() {
    queueMicrotask(() => this.onload());
  }
}

let api: FakeApi;
let linksOpened: number;

beforeEach(() => {
  api = createFakeApi();
  linksOpened = 0;
  window.scrollTo = () => {};
  // The growing text field waits for fonts, which the test's page does not load.
  Object.defineProperty(document, "fonts", { configurable: true, value: new EventTarget() });
  vi.stubGlobal("XMLHttpRequest", QuickUpload);
  api.overrides.set("GET portal", () => json(home));
  api.overrides.set("POST portal/tickets", () =>
    json({ number: 4188, sent_to: "ines@halvorsen.example" }, 202),
  );
  api.overrides.set("POST portal/session", () => {
    linksOpened += 1;
    return json({ ticket_number: request.number });
  });
  api.overrides.set("GET portal/tickets", () => json({ items: [request], next_cursor: null }));
  api.overrides.set("GET portal/tickets/4187", () => json(request));
});

const field = (name: string) => screen.findByRole("textbox", { name });
const callsTo = (start: string) => api.calls.filter((call) => call.url.startsWith(start));

async function fillIn(user: ReturnType<typeof renderAt>["user"]) {
  await user.type(await field("Subject"), "VPN drops");
  await user.type(await field("What happened?"), "Every 20 minutes.");
  await user.type(await field("Your name"), "Inês Carvalho");
  await user.type(await field("Your e-mail"), "ines@halvorsen.example");
}

test("what is missing is said at its field, and nothing is sent", async () => {
  const { user } = renderAt("/", api);
  await user.type(await field("Your e-mail"), "ines");
  await user.click(screen.getByRole("button", { name: "Send" }));
  expect(await screen.findByText("Say in a few words what it is about.")).toBeVisible();
  expect(screen.getByText(/does not look like an e-mail address/)).toBeVisible();
  await waitFor(() => expect(screen.getByRole("textbox", { name: "Subject" })).toHaveFocus());
  expect(callsTo("portal/tickets")).toHaveLength(0);

  await user.type(await field("Subject"), "VPN");
  expect(screen.queryByText("Say in a few words what it is about.")).toBeNull();
});

test("a request goes with its files; its number and what happens next replace the question", async () => {
  const { user } = renderAt("/", api);
  await fillIn(user);
  await user.upload(screen.getByTestId("files"), new File(["log"], "log.txt"));
  expect(await screen.findByText("log.txt")).toBeVisible();
  await user.click(screen.getByRole("button", { name: "Send" }));
  const headline = await screen.findByRole("heading", { level: 1 });
  await waitFor(() => expect(headline.textContent ?? "").not.toContain("What can we help"));
  const sent = screen.getByRole("heading", { level: 1, name: "We have received your request" });
  expect(sent).toHaveFocus();
  expect(screen.getByText("#4188")).toBeVisible();
  expect(document.title).toContain("#4188");
  expect(screen.getByText(/Somebody reads it and answers/)).toBeVisible();
  expect(screen.getByText("ines@halvorsen.example")).toBeVisible();
  expect(callsTo("portal/tickets").at(-1)?.body).toEqual({
    fields: {},
    subject: "VPN drops",
    text: "Every 20 minutes.",
    name: "Inês Carvalho",
    email: "ines@halvorsen.example",
    attachment_ids: ["t".repeat(24)],
  });
});

test("a file that is too large stays out and stops the sending", async () => {
  const { user } = renderAt("/", api);
  await fillIn(user);
  await waitFor(() => expect(screen.getByText(/up to 1 kB/)).toBeVisible());
  await user.upload(screen.getByTestId("files"), new File(["x".repeat(1001)], "film.mov"));
  expect(await screen.findByText("Larger than 1 kB")).toBeVisible();
  await user.click(screen.getByRole("button", { name: "Send" }));
  expect(await screen.findByText(/One of the files was not taken/)).toBeVisible();
  expect(callsTo("portal/tickets")).toHaveLength(0);
});

test("the 21st file is refused when it is chosen, and never sent", async () => {
  const { user } = renderAt("/", api);
  await fillIn(user);
  const files = Array.from({ length: 22 }, (_, index) => new File(["x"], `page-${index}.txt`));
  await user.upload(screen.getByTestId("files"), files.slice(0, 20));
  expect(screen.queryByRole("alert")).toBeNull();
  await user.upload(screen.getByTestId("files"), files.slice(20));
  expect(await screen.findByRole("alert")).toHaveTextContent(
    "No more than 20 files at a time: 2 were not added.",
  );
  expect(screen.queryByText("page-20.txt")).toBeNull();
  await user.click(screen.getByRole("button", { name: "Remove page-3.txt" }));
  expect(screen.queryByRole("alert")).toBeNull();
  await user.upload(screen.getByTestId("files"), files.slice(20, 21));
  expect(await screen.findByText("page-20.txt")).toBeVisible();
  expect(screen.queryByRole("alert")).toBeNull();
});

test("a refused file says why on its tile, and one that may pass another time is sent again", async () => {
  let answers = [
    { status: 503, code: "scanner_unavailable" },
    { status: 422, code: "file_infected" },
  ];
  class RefusedUpload extends QuickUpload {
    override send() {
      const [next, ...rest] = answers;
      answers = rest;
      this.status = next?.status ?? 500;
      this.responseText = JSON.stringify({ code: next?.code, detail: "no", title: "no" });
      super.send();
    }
  }
  vi.stubGlobal("XMLHttpRequest", RefusedUpload);
  const { user } = renderAt("/", api);
  await user.upload(await screen.findByTestId("files"), new File(["log"], "log.txt"));
  const files = within(await screen.findByRole("list", { name: "Files" }));
  expect(await files.findByText(/cannot be taken right now/)).toBeVisible();
  await user.click(files.getByRole("button", { name: "Send log.txt again" }));
  expect(await files.findByText(/A virus was found/)).toBeVisible();
  expect(files.queryByRole("button", { name: "Send log.txt again" })).toBeNull();
});

test("a draft outlives the page and is gone once it is sent", async () => {
  const first = renderAt("/", api);
  await fillIn(first.user);
  document.body.replaceChildren();
  const second = renderAt("/", api);
  expect(await field("What happened?")).toHaveValue("Every 20 minutes.");
  await second.user.click(screen.getByRole("button", { name: "Send" }));
  await second.user.click(await screen.findByRole("button", { name: "Write another request" }));
  expect(await field("What happened?")).toHaveValue("");
});

test("too many requests are told how long to wait, and keep their text", async () => {
  api.overrides.set("POST portal/tickets", () =>
    problem(429, "rate_limited", "Too many attempts.", { retry_after_seconds: 130 }),
  );
  const { user } = renderAt("/", api);
  await fillIn(user);
  await user.click(screen.getByRole("button", { name: "Send" }));
  expect(await screen.findByText(/Please wait 3 minutes/)).toBeVisible();
  expect(await field("Subject")).toHaveValue("VPN drops");
});

test("a link shows the request: its state in words, who spoke, quotes folded, HTML in its frame", async () => {
  const { user } = renderAt("/requests/token-a1234567890", api);
  expect(await screen.findByRole("heading", { name: request.subject })).toBeVisible();
  expect(screen.getByText("We are waiting for your answer.")).toBeVisible();
  const thread = within(screen.getByRole("region", { name: "Messages" }));
  expect(thread.getByText("You")).toBeVisible();
  expect(thread.getByText("Tomasz Zieliński")).toBeVisible();
  const frame = thread.getByTitle<HTMLIFrameElement>("Message from Tomasz Zieliński");
  expect(frame.getAttribute("sandbox")).not.toContain("allow-scripts");
  expect(thread.queryByText(/On Friday you wrote/)).toBeNull();
  await user.click(thread.getByRole("button", { name: "Earlier text, 2 lines" }));
  expect(thread.getByText(/On Friday you wrote/)).toBeVisible();
});

test("a link of no use any more says what to do", async () => {
  api.overrides.set("POST portal/session", () => problem(404, "link_invalid", "Not valid."));
  renderAt("/requests/token-b1234567890", api);
  expect(await screen.findByText("This link does not work any more")).toBeVisible();
  expect(screen.getByRole("link", { name: "Write to us" })).toHaveAttribute("href", "/");
});

test("when another link has taken the session, the request is opened again", async () => {
  const { queryClient } = renderAt("/requests/token-c1234567890", api);
  await screen.findByRole("heading", { name: request.subject });
  expect(linksOpened).toBe(1);
  api.overrides.set("GET portal/tickets/4187", () =>
    linksOpened > 1
      ? json({ ...request, subject: "Still there" })
      : problem(404, "request_not_found", "Not yours."),
  );
  await queryClient.invalidateQueries({ queryKey: ["portal", "request"] });
  expect(await screen.findByRole("heading", { name: "Still there" })).toBeVisible();
  expect(linksOpened).toBe(2);
});

test("an answer is sent with ctrl and enter, and clears what was written", async () => {
  const mine = { ...request.thread[0], id: 3, text: "It holds now.", quoted: null };
  api.overrides.set("POST portal/tickets/4187/messages", () =>
    json({ ...request, thread: [...request.thread, mine] }, 201),
  );
  const { user } = renderAt("/requests/token-d1234567890", api);
  const answer = await field("Write an answer");
  await user.type(answer, "It holds now.");
  await user.keyboard("{Control>}{Enter}{/Control}");
  expect(await screen.findByText("Your answer is here. We will write to you.")).toBeVisible();
  expect(screen.getByText("It holds now.")).toBeVisible();
  expect(answer).toHaveValue("");
  expect(callsTo("portal/tickets/4187/messages")[0]?.body).toEqual({
    text: "It holds now.",
    attachment_ids: [],
  });
});

test("a refused answer says why and keeps the text", async () => {
  api.overrides.set("POST portal/tickets/4187/messages", () =>
    problem(503, "unavailable", "The database does not answer right now."),
  );
  const { user } = renderAt("/requests/token-e1234567890", api);
  const answer = await field("Write an answer");
  await user.type(answer, "It holds now.");
  await user.click(screen.getByRole("button", { name: "Send" }));
  expect(await screen.findByText(/Not sent\./)).toBeVisible();
  expect(answer).toHaveValue("It holds now.");
});

test("it works now resolves the request and offers to open it again", async () => {
  api.overrides.set("POST portal/tickets/4187/resolve", () =>
    json({
      ...request,
      status: { key: "resolved", name: "Resolved", category: "resolved", color: null },
      can: { reply: true, resolve: false, reopen: true, follow_up: false },
    }),
  );
  const { user } = renderAt("/requests/token-f1234567890", api);
  await user.click(await screen.findByRole("button", { name: "It works now" }));
  expect(await screen.findByText(/This is resolved/)).toBeVisible();
  expect(screen.queryByRole("button", { name: "It works now" })).toBeNull();
  expect(await field("Write to open it again")).toBeVisible();
});

test("an ended request that reopens no more says that an answer begins a new one", async () => {
  api.overrides.set("GET portal/tickets/4187", () =>
    json({
      ...request,
      status: { key: "closed", name: "Closed", category: "closed" },
      can: { reply: true, resolve: false, reopen: false, follow_up: true },
    }),
  );
  renderAt("/requests/token-f1234567890", api);
  expect(await field("Write to begin a new request about this")).toBeVisible();
});

test("without a session the list says how a request is followed", async () => {
  api.overrides.set("GET portal/tickets", () => problem(401, "not_signed_in", "Sign in first."));
  renderAt("/requests", api);
  expect(await screen.findByText("No request is open in this browser")).toBeVisible();
});

test("an expired link offers a new one by mail, once", async () => {
  api.overrides.set("POST portal/session", () =>
    problem(410, "link_expired", "This link has expired."),
  );
  api.overrides.set("POST portal/links", () => json({ words: "On its way." }, 202));
  const { user } = renderAt("/requests/4x2x0x1z7", api);
  expect(await screen.findByText("This link has expired")).toBeVisible();
  await user.click(screen.getByRole("button", { name: "Send me a new link" }));
  expect(await screen.findByText("Look into your mail")).toBeVisible();
  expect(callsTo("portal/links").map((call) => call.body)).toEqual([{ token: "4x2x0x1z7" }]);
  expect(screen.queryByRole("button", { name: "Send me a new link" })).toBeNull();
});

test("a new link that is asked for too often says how long to wait", async () => {
  api.overrides.set("POST portal/session", () =>
    problem(410, "link_expired", "This link has expired."),
  );
  api.overrides.set("POST portal/links", () => problem(429, "rate_limited", "Too many. Wait."));
  const { user } = renderAt("/requests/4x2x0x1z7", api);
  await user.click(await screen.findByRole("button", { name: "Send me a new link" }));
  expect(await screen.findByText(/Wait/)).toBeVisible();
});

test("an address that leads nowhere leads a requester to the form, not to the desk", async () => {
  renderAt("/nothing-here");
  const page = within(await screen.findByRole("main"));
  expect(page.getByRole("heading", { level: 1 })).toHaveTextContent("nothing at this address");
  expect(page.getByRole("link", { name: "Write to us" })).toHaveAttribute("href", "/");
  expect(screen.queryByText("Go to the desk")).toBeNull();
});

test.each([
  [
    "resolved",
    { reopen: true, follow_up: false },
    "This is resolved. If you write to us below, it is opened again.",
  ],
  [
    "resolved",
    { reopen: false, follow_up: true },
    "This is resolved. If you write to us below, a new request begins.",
  ],
  [
    "closed",
    { reopen: true, follow_up: false },
    "This is closed. If you write to us below, it is opened again.",
  ],
] as const)("a request that is %s says what an answer does: %o", async (category, can, words) => {
  api.overrides.set("GET portal/tickets/4187", () =>
    json({
      ...request,
      status: { key: category, name: category, category, color: null },
      can: { reply: true, resolve: false, ...can },
    }),
  );
  renderAt("/requests/4187", api);
  expect(await screen.findByText(words)).toBeVisible();
});
