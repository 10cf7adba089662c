import { screen, waitFor, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { createFakeApi, problem } from "./fake/server";
import { message } from "./fake/tickets";
import { holdBack, renderAt } from "./render";

const TICKET = "/desk/tickets/4187";
const reply = () => screen.findByRole("textbox", { name: "Write a reply" });
const sent = (api: ReturnType<typeof createFakeApi>) =>
  api.calls.filter((call) => call.url === "tickets/4187/messages");

test("r writes a reply, ctrl+enter sends it, and it stands in the thread, held", async () => {
  const { api, user } = renderAt(TICKET);
  await reply();
  await user.keyboard("r");
  await waitFor(async () => expect(await reply()).toHaveFocus());
  await user.keyboard("Please reconnect once more.");
  await user.keyboard("{Control>}{Enter}{/Control}");
  const log = within(await screen.findByRole("log", { name: "Thread" }));
  expect(await log.findByText("Please reconnect once more.")).toBeVisible();
  expect(log.getByRole("link", { name: "Held" })).toBeVisible();
  expect(sent(api)[0]?.body).toMatchObject({ kind: "reply", text: "Please reconnect once more." });
  expect(await reply()).toHaveValue("");
});

test("undoing a held reply takes it out of the thread and puts the text back", async () => {
  const { user } = renderAt(TICKET);
  await user.type(await reply(), "Too early{Control>}{Enter}{/Control}");
  const held = await screen.findByText(/Reply held for/);
  expect(await reply()).not.toHaveFocus();
  const slot = held.closest<HTMLElement>("[role=status]");
  if (!slot) throw new Error("the toast is in no live region");
  await user.click(within(slot).getByRole("button", { name: "Undo" }));
  await screen.findByText("Undone");
  await waitFor(async () => expect(await reply()).toHaveValue("Too early"));
  const log = within(screen.getByRole("log", { name: "Thread" }));
  await waitFor(() => expect(log.queryByText("Too early")).toBeNull());
});

test("a note is told apart by its words and its button, and has a draft of its own", async () => {
  const { api, user } = renderAt(TICKET);
  await user.type(await reply(), "For Inês");
  await user.click(screen.getByRole("tab", { name: "Note" }));
  expect(screen.getByText("Only staff will see this")).toBeVisible();
  const note = screen.getByRole("textbox", { name: "Write a note" });
  expect(note).toHaveValue("");
  await user.type(note, "Watch gateway B");
  await user.click(screen.getByRole("button", { name: "Add note" }));
  await screen.findByText("Note added");
  expect(sent(api)[0]?.body).toMatchObject({ kind: "note", text: "Watch gateway B" });
  await user.click(screen.getByRole("tab", { name: "Reply" }));
  expect(await reply()).toHaveValue("For Inês");
});

test("send & wait sets the status after sending", async () => {
  const { api, user } = renderAt(TICKET);
  await user.type(await reply(), "Could you try again?");
  await user.click(screen.getByRole("button", { name: "Send & wait" }));
  await screen.findByText(/Reply held for/);
  expect(sent(api)[0]?.body).toMatchObject({ status: "waiting" });
});

test("a draft survives leaving the ticket", async () => {
  const { user, router } = renderAt(TICKET);
  await user.type(await reply(), "Half a thought");
  await screen.findByText("Draft saved");
  await router.navigate({ to: "/desk/tickets", search: {} });
  await screen.findByRole("region", { name: "Tickets" });
  await router.navigate({ to: "/desk/tickets/$number", params: { number: 4187 }, search: {} });
  expect(await reply()).toHaveValue("Half a thought");
});

test("a reply that did not arrive is kept, and trying again cannot send it twice", async () => {
  const api = createFakeApi();
  const keys: (string | null)[] = [];
  api.overrides.set("POST tickets/4187/messages", (request) => {
    keys.push(request.headers.get("Idempotency-Key"));
    return problem(503, "unavailable", "The server rests.");
  });
  const { user } = renderAt(TICKET, api);
  await user.type(await reply(), "Important{Control>}{Enter}{/Control}");
  expect(await screen.findByText(/Not sent. The server rests. Your text is kept/)).toBeVisible();
  expect(await reply()).toHaveValue("Important");
  await user.keyboard("{Control>}{Enter}{/Control}");
  await waitFor(() => expect(keys).toHaveLength(2));
  expect(keys[0]).toBe(keys[1]);
});

test("what others wrote meanwhile is shown before it is answered over", async () => {
  const { api, user, queryClient } = renderAt(TICKET);
  await user.type(await reply(), "Hello");
  const ticket = api.tickets.find((one) => one.number === 4187);
  ticket?.thread.push(message(77, 103, "Inês Carvalho", "It works again.", 0));
  await queryClient.invalidateQueries({ queryKey: ["ticket", 4187] });
  expect(await screen.findByText("Inês Carvalho wrote while you were writing.")).toBeVisible();
});

const theirs = () => message(77, 103, "Inês Carvalho", "It works again.", 0);

/** Lets somebody else write; the page is told when it asks again. */
function interrupt(api: ReturnType<typeof createFakeApi>) {
  api.tickets.find((one) => one.number === 4187)?.thread.push(theirs());
}

test("Ctrl+Enter first shows what others wrote meanwhile, and sends it only when told to", async () => {
  const { api, user, queryClient } = renderAt(TICKET);
  await user.type(await reply(), "Hello");
  interrupt(api);
  await queryClient.invalidateQueries({ queryKey: ["ticket", 4187] });
  await screen.findByText("Inês Carvalho wrote while you were writing.");
  await user.type(await reply(), "{Control>}{Enter}{/Control}");
  const dialog = within(await screen.findByRole("dialog"));
  expect(dialog.getByText("It works again.")).toBeInTheDocument();
  expect(dialog.getByRole("button", { name: "Keep writing" })).toBeInTheDocument();
  expect(sent(api)).toHaveLength(0);
  await user.click(dialog.getByRole("button", { name: "Send anyway" }));
  await screen.findByText(/Reply held for/);
  expect(sent(api).map((call) => call.body)).toMatchObject([{ seen_message_id: 77 }]);
  // Once it is sent the keys are the desk's.
  await waitFor(async () => expect(await reply()).not.toHaveFocus());
});

test("who keeps writing has seen it, and is not asked again", async () => {
  const { api, user, queryClient } = renderAt(TICKET);
  await user.type(await reply(), "Hello");
  interrupt(api);
  await queryClient.invalidateQueries({ queryKey: ["ticket", 4187] });
  await screen.findByText("Inês Carvalho wrote while you were writing.");
  await user.click(screen.getByRole("button", { name: "Send & wait" }));
  await user.click(await screen.findByRole("button", { name: "Keep writing" }));
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  expect(screen.queryByText("Inês Carvalho wrote while you were writing.")).toBeNull();
  await user.type(await reply(), " again{Control>}{Enter}{/Control}");
  await screen.findByText(/Reply held for/);
  expect(sent(api).map((call) => call.body)).toMatchObject([
    { text: "Hello again", seen_message_id: 77 },
  ]);
});

test("after a dialog over the reply the keys are the reply's text again", async () => {
  const { api, user, queryClient } = renderAt(TICKET);
  await user.type(await reply(), "Hello");
  interrupt(api);
  await queryClient.invalidateQueries({ queryKey: ["ticket", 4187] });
  await screen.findByText("Inês Carvalho wrote while you were writing.");
  await user.type(await reply(), "{Control>}{Enter}{/Control}");
  await screen.findByRole("button", { name: "Keep writing" });
  await user.keyboard("{Escape}");
  await waitFor(async () => expect(await reply()).toHaveFocus());
  await user.keyboard(" else");
  expect(await reply()).toHaveValue("Hello else");
  expect(api.calls.filter((call) => call.method === "PATCH")).toEqual([]);
});

test("the server's word counts where the page has not heard of it yet", async () => {
  const { api, user } = renderAt(TICKET);
  await user.type(await reply(), "Hello");
  interrupt(api);
  await user.keyboard("{Control>}{Enter}{/Control}");
  const dialog = within(await screen.findByRole("dialog"));
  expect(dialog.getByText("It works again.")).toBeInTheDocument();
  expect(screen.queryByText(/Not sent/)).toBeNull();
  await user.click(dialog.getByRole("button", { name: "Send anyway" }));
  await screen.findByText(/Reply held for/);
  expect(sent(api)).toHaveLength(2);
  expect(await reply()).toHaveValue("");
});

test("a note is added without a question", async () => {
  const { api, user, queryClient } = renderAt(TICKET);
  await user.click(await screen.findByRole("tab", { name: "Note" }));
  await user.type(screen.getByRole("textbox", { name: "Write a note" }), "Mine");
  interrupt(api);
  await queryClient.invalidateQueries({ queryKey: ["ticket", 4187] });
  await screen.findByText("Inês Carvalho wrote while you were writing.");
  await user.click(screen.getByRole("button", { name: "Add note" }));
  await screen.findByText("Note added");
});

test("trying again after a lost answer asks what was asked, whatever was seen since", async () => {
  const api = createFakeApi();
  const tried: { key: string | null; body: unknown }[] = [];
  api.overrides.set("POST tickets/4187/messages", async (request) => {
    tried.push({ key: request.headers.get("Idempotency-Key"), body: api.calls.at(-1)?.body });
    return tried.length === 1
      ? problem(503, "unavailable", "The server rests.")
      : problem(409, "newer_messages", "Somebody wrote.", { newest_message_id: 77 });
  });
  const { user, queryClient } = renderAt(TICKET, api);
  await user.type(await reply(), "Important{Control>}{Enter}{/Control}");
  await screen.findByText(/Not sent. The server rests./);
  interrupt(api);
  await queryClient.invalidateQueries({ queryKey: ["ticket", 4187] });
  await user.click(await screen.findByRole("button", { name: "Show" }));
  await user.type(await reply(), "{Control>}{Enter}{/Control}");
  await waitFor(() => expect(tried).toHaveLength(3));
  expect(new Set(tried.map((one) => one.key)).size).toBe(1);
  const seen = tried.map((one) => (one.body as { seen_message_id: number }).seen_message_id);
  expect(seen[1]).toBe(seen[0]);
  expect(seen[2]).toBe(77);
});

test("what Send does is said from the first moment on", async () => {
  const api = createFakeApi();
  const answer = holdBack(api, "/statuses");
  renderAt(TICKET, api);
  await waitFor(() => expect(api.calls.some((call) => call.url === "tickets/4187")).toBe(true));
  // Whatever the composer would draw without the statuses, it has drawn by then.
  await new Promise((resume) => setTimeout(resume, 300));
  expect(screen.queryByRole("button", { name: "Send" })).toBeNull();
  answer();
  expect(await screen.findByRole("button", { name: "Send & wait" })).toBeVisible();
});

/** Opens the dialog, picks somebody new by address and fills it in. */
async function newTicket(user: ReturnType<typeof renderAt>["user"]) {
  await screen.findByText("Payroll export stops at employee 412");
  await user.keyboard("c");
  const dialog = within(await screen.findByRole("dialog", { name: "New ticket" }));
  await waitFor(() =>
    expect(dialog.getByRole("button", { name: /^Search by name/ })).toHaveFocus(),
  );
  await user.keyboard("ida@new.example{Enter}");
  await user.type(await dialog.findByLabelText("Name"), "Ida");
  await user.type(dialog.getByLabelText("Subject"), "Badge");
  return dialog;
}

const openings = (api: ReturnType<typeof createFakeApi>) =>
  api.calls.filter((call) => call.method === "POST" && call.url === "tickets");

test("a new ticket begins with a mail to its requester, unless something else is chosen", async () => {
  const api = createFakeApi();
  api.overrides.set("POST tickets", () => problem(422, "validation_failed", "Not today."));
  const { user } = renderAt("/desk/tickets", api);
  const dialog = await newTicket(user);
  expect(dialog.getByRole("button", { name: "Send to requester", pressed: true })).toBeVisible();
  expect(dialog.getByText("ida@new.example", { selector: "bdi:not(.cut)" })).toBeVisible();
  await user.type(dialog.getByLabelText("Message"), "It lies at the desk.");
  await user.click(dialog.getByRole("button", { name: "Cc: add a copy" }));
  await user.keyboard("carl@new.example{Enter}");
  await user.click(dialog.getByRole("button", { name: "Open ticket and send mail" }));
  await waitFor(() => expect(openings(api)).toHaveLength(1));
  expect(openings(api)[0]?.body).toMatchObject({
    kind: "reply",
    send: true,
    cc: [{ address: "carl@new.example" }],
    requester: { email: "ida@new.example", name: "Ida" },
    text: "It lies at the desk.",
    channel: "email",
  });
  await user.click(dialog.getByRole("button", { name: "Internal note" }));
  expect(dialog.getByText(/Only staff will see it/)).toBeVisible();
  await user.click(dialog.getByRole("button", { name: "Open ticket with note" }));
  await waitFor(() => expect(openings(api)[1]?.body).toMatchObject({ kind: "note", send: false }));
  expect(openings(api)[1]?.body).not.toHaveProperty("cc");
  await user.click(dialog.getByRole("button", { name: "What they said" }));
  await user.click(dialog.getByRole("button", { name: "Open ticket, send nothing" }));
  await waitFor(() => expect(openings(api)[2]?.body).toMatchObject({ kind: "reply", send: false }));
});

test("trying a new ticket again after a lost answer cannot send its mail twice", async () => {
  const api = createFakeApi();
  const keys: (string | null)[] = [];
  api.overrides.set("POST tickets", (request) => {
    keys.push(request.headers.get("Idempotency-Key"));
    return problem(503, "unavailable", "The server rests.");
  });
  const { user } = renderAt("/desk/tickets", api);
  const dialog = await newTicket(user);
  await user.type(dialog.getByLabelText("Message"), "It lies at the desk.");
  const send = dialog.getByRole("button", { name: "Open ticket and send mail" });
  await user.click(send);
  expect(await dialog.findByText("The server rests.")).toBeVisible();
  await user.click(send);
  await waitFor(() => expect(keys).toHaveLength(2));
  expect(keys[0]).toBe(keys[1]);
});

test("what is wrong about no field of the dialog is said above it", async () => {
  const api = createFakeApi();
  const errors = [{ field: "mailbox_id", message: "is needed, because no mailbox is active" }];
  api.overrides.set("POST tickets", () => problem(422, "validation_failed", "Wrong.", { errors }));
  const { user } = renderAt("/desk/tickets", api);
  const dialog = await newTicket(user);
  await user.type(dialog.getByLabelText("Message"), "It lies at the desk.");
  await user.click(dialog.getByRole("button", { name: "Open ticket and send mail" }));
  expect(await dialog.findByRole("alert")).toHaveTextContent("no mailbox is active");
});

test("a new ticket for somebody who is away says so beside the undo", async () => {
  const api = createFakeApi();
  const text = "Ann is away until 2099-12-20.";
  const notices = [
    { code: "tickets.assignee_absent", parameters: { name: "Ann", until: "2099-12-20" }, text },
  ];
  api.overrides.set("POST tickets", () => {
    const ticket = { ...api.tickets[0], notices };
    return Response.json(ticket, { status: 201, headers: { "X-Change-Id": "77" } });
  });
  const { user } = renderAt("/desk/tickets", api);
  const dialog = await newTicket(user);
  await user.type(dialog.getByLabelText("Message"), "It lies at the desk.");
  await user.click(dialog.getByRole("button", { name: "Open ticket and send mail" }));
  expect(await screen.findByText(new RegExp(text))).toBeVisible();
});

test("a mail that is taken back in time stands in the dialog again", async () => {
  const api = createFakeApi();
  api.overrides.set("POST tickets", () => {
    const [ticket] = api.tickets;
    return Response.json(ticket, { status: 201, headers: { "X-Change-Id": "77" } });
  });
  api.overrides.set("POST changes/77/undo", () =>
    Response.json({ change_id: 78, undone: 77, kept: [] }),
  );
  const { user } = renderAt("/desk/tickets", api);
  const dialog = await newTicket(user);
  await user.type(dialog.getByLabelText("Message"), "It lies at the desk.");
  await user.click(dialog.getByRole("button", { name: "Open ticket and send mail" }));
  await user.click(await screen.findByRole("button", { name: /^Undo/ }));
  const again = within(await screen.findByRole("dialog", { name: "New ticket" }));
  expect(again.getByLabelText("Message")).toHaveValue("It lies at the desk.");
  expect(again.getByLabelText("Subject")).toHaveValue("Badge");
});

test("nothing is sent to a requester without an address, and the dialog says so", async () => {
  const api = createFakeApi();
  api.overrides.set("GET contacts", () =>
    Response.json({ items: [{ id: 9, name: "Walk-in", emails: [] }], next_cursor: null }),
  );
  const { user } = renderAt("/desk/tickets", api);
  await screen.findByText("Payroll export stops at employee 412");
  await user.keyboard("c");
  const dialog = within(await screen.findByRole("dialog", { name: "New ticket" }));
  await waitFor(() =>
    expect(dialog.getByRole("button", { name: /^Search by name/ })).toHaveFocus(),
  );
  await user.keyboard("Walk-in");
  await screen.findByText("Walk-in");
  await user.keyboard("{Enter}");
  expect(await dialog.findByRole("alert")).toHaveTextContent("Walk-in has no mail address");
  expect(dialog.getByRole("button", { name: "Open ticket and send mail" })).toBeDisabled();
  await user.click(dialog.getByRole("button", { name: "Internal note" }));
  expect(dialog.getByRole("button", { name: "Open ticket with note" })).toBeEnabled();
});
