import { screen, waitFor, within } from "@testing-library/react";
import { afterEach, expect, test } from "vitest";
import { isAddress, readAddresses } from "@/features/tickets/recipients";
import { createFakeApi, problem } from "./fake/server";
import { message } from "./fake/tickets";
import { renderAt } from "./render";

const TICKET = "/desk/tickets/4187";
const INES = "contact103@halvorsen.example";
type Api = ReturnType<typeof createFakeApi>;

const reply = () => screen.findByRole("textbox", { name: "Write a reply" });
const line = (name: string) => screen.findByRole("group", { name });
const chips = async (name: string) =>
  within(await line(name))
    .queryAllByRole("button", { name: /^Remove / })
    .map((button) => button.getAttribute("aria-label")?.replace("Remove ", ""));
const sent = (api: Api) =>
  api.calls.filter((call) => call.url === "tickets/4187/messages").map((call) => call.body);

function lisbon(api: Api) {
  const ticket = api.tickets.find((one) => one.number === 4187);
  if (!ticket) throw new Error("the fake lost #4187");
  return ticket;
}

function withParticipants(count = 2): Api {
  const api = createFakeApi();
  lisbon(api).cc = Array.from({ length: count }, (_, place) => ({
    id: 200 + place,
    name: `Guest ${place + 1}`,
    email: `guest${place + 1}@lisbon.example`,
  }));
  return api;
}

// A draft that is still to be saved would be the next test's.
afterEach(() => {
  globalThis.dispatchEvent(new Event("pagehide"));
  localStorage.clear();
});

test("the composer shows the requester alone, and that is who gets it", async () => {
  const { api, user } = renderAt(TICKET, withParticipants());
  expect(await chips("To")).toEqual(["Inês Carvalho"]);
  expect(screen.queryByRole("group", { name: "Cc" })).toBeNull();
  await user.type(await reply(), "Hello{Control>}{Enter}{/Control}");
  await screen.findByText(/Reply held for/);
  expect(sent(api)[0]).not.toHaveProperty("to");
  expect(sent(api)[0]).not.toHaveProperty("cc");
});

test("reply all shows everybody it goes to, and sends to exactly those left", async () => {
  const { api, user } = renderAt(TICKET, withParticipants());
  await user.click(await screen.findByRole("button", { name: "Reply all (3)" }));
  expect(await chips("Cc")).toEqual(["Guest 1", "Guest 2"]);
  expect(screen.getByPlaceholderText("Reply to Inês and 2 others")).toBeVisible();
  await user.click(screen.getByRole("button", { name: "Remove Guest 1" }));
  expect(await chips("Cc")).toEqual(["Guest 2"]);
  expect(screen.getByPlaceholderText("Reply to Inês and one other")).toBeVisible();
  await user.type(await reply(), "Hello{Control>}{Enter}{/Control}");
  await screen.findByText(/Reply held for/);
  expect(sent(api)[0]).toMatchObject({
    to: [{ name: "Inês Carvalho", address: INES }],
    cc: [{ name: "Guest 2", address: "guest2@lisbon.example" }],
    bcc: [],
  });
});

test("one key takes everybody off Cc from the text, and the toast brings them back", async () => {
  const { api, user } = renderAt(TICKET, withParticipants(30));
  await user.click(await screen.findByRole("button", { name: "Reply all (31)" }));
  expect(screen.getByRole("button", { name: "Take all 30 off Cc" })).toBeVisible();
  await user.type(await reply(), "Hello{Control>}{Shift>}{Backspace}{/Shift}{/Control}");
  expect(screen.queryByRole("group", { name: "Cc" })).toBeNull();
  expect(await chips("To")).toEqual(["Inês Carvalho"]);
  expect(await reply()).toHaveTextContent("Hello");
  await user.click(screen.getByRole("button", { name: "Bring back" }));
  expect(await line("Cc")).toBeVisible();
  await user.type(await reply(), "{Control>}{Enter}{/Control}");
  await user.click(await screen.findByRole("button", { name: "Send to 31 people" }));
  await screen.findByText(/Reply held for/);
  expect(sent(api)[0]).toHaveProperty("cc.length", 30);
  expect(sent(api)[0]).toHaveProperty("text", "Hello");
});

test("the button beside Cc clears that line alone, and whoever was moved meanwhile stays there", async () => {
  const { user } = renderAt(TICKET, withParticipants(3));
  await user.click(await screen.findByRole("button", { name: "Reply all (4)" }));
  await user.click(screen.getByRole("button", { name: "Bcc: add a blind copy" }));
  await user.click(screen.getByRole("textbox", { name: "Add to Bcc" }));
  await user.paste("boss@ours.example");
  await user.click(screen.getByRole("button", { name: "Take all 3 off Cc" }));
  expect(await chips("Cc")).toEqual([]);
  expect(screen.getByRole("textbox", { name: "Add to Cc" })).toHaveFocus();
  expect(await chips("Bcc")).toEqual(["boss@ours.example"]);
  await user.click(screen.getByRole("textbox", { name: "Add to Bcc" }));
  await user.paste("guest2@lisbon.example");
  await user.click(screen.getByRole("button", { name: "Bring back" }));
  expect(await chips("Cc")).toEqual(["Guest 1", "Guest 3"]);
  expect(await chips("Bcc")).toEqual(["boss@ours.example", "guest2@lisbon.example"]);
});

test("one press goes back to the requester alone", async () => {
  const { user } = renderAt(TICKET, withParticipants());
  await user.click(await screen.findByRole("button", { name: "Reply all (3)" }));
  const choice = within(screen.getByRole("group", { name: "Who gets it" }));
  expect(choice.getByRole("button", { name: "Reply all (3)" })).toHaveAttribute(
    "aria-pressed",
    "true",
  );
  await user.click(choice.getByRole("button", { name: "Reply" }));
  expect(await chips("To")).toEqual(["Inês Carvalho"]);
  expect(screen.queryByRole("group", { name: "Cc" })).toBeNull();
});

test("after a choice in the head the keys are the text's, not the desk's", async () => {
  const { user } = renderAt(TICKET, withParticipants());
  const text = await reply();
  await user.click(await screen.findByRole("button", { name: "Reply all (3)" }));
  expect(text).toHaveFocus();
  await user.click(screen.getByRole("button", { name: "Remove Guest 1" }));
  expect(screen.getByRole("textbox", { name: "Add to Cc" })).toHaveFocus();
  await user.click(screen.getByRole("button", { name: "Remove Guest 2" }));
  expect(screen.getByRole("textbox", { name: "Add to Cc" })).toHaveFocus();
  await user.click(screen.getByRole("button", { name: "Reply" }));
  expect(text).toHaveFocus();
  await user.click(screen.getByRole("tab", { name: "Note" }));
  expect(screen.getByRole("textbox", { name: "Write a note" })).toHaveFocus();
});

test("an address of ours is not among all", async () => {
  const api = withParticipants(1);
  lisbon(api).cc.push({ id: 300, name: "Us", email: "it+token@halvorsen.example" });
  renderAt(TICKET, api);
  expect(await screen.findByRole("button", { name: "Reply all (2)" })).toBeVisible();
});

test("a contact is found by typing, any address is taken, backspace removes the last", async () => {
  const { api, user } = renderAt(TICKET);
  await reply();
  await user.click(screen.getByRole("button", { name: "Cc: add a copy" }));
  const field = screen.getByRole("textbox", { name: "Add to Cc" });
  expect(field).toHaveFocus();
  await user.type(field, "aroha");
  await screen.findByRole("option", { name: /Aroha Ngata/, hidden: true });
  await user.keyboard("{ArrowDown}{Enter}");
  expect(await chips("Cc")).toEqual(["Aroha Ngata"]);
  await user.type(field, "marguer");
  await screen.findByRole("option", { name: /Marguerite Dufour/, hidden: true });
  await user.keyboard("{Enter}{Backspace}{Backspace}aroha");
  await screen.findByRole("option", { name: /Aroha Ngata/, hidden: true });
  await user.keyboard("{Enter}");
  expect(await chips("Cc")).toEqual(["Aroha Ngata"]);
  await user.type(field, "Kim <kim@lisbon.example>,bob@lisbon.example{Enter}");
  expect(await chips("Cc")).toEqual(["Aroha Ngata", "Kim", "bob@lisbon.example"]);
  await user.type(field, "typed@lisbon.example{Tab}");
  expect(await chips("Cc")).toHaveLength(4);
  await user.click(field);
  await user.keyboard("{Backspace}");
  expect(await chips("Cc")).toHaveLength(3);
  await user.type(await reply(), "Hello{Control>}{Enter}{/Control}");
  await screen.findByText(/Reply held for/);
  expect(sent(api)[0]).toMatchObject({
    cc: [
      { name: "Aroha Ngata", address: "contact107@kowhai.example" },
      { name: "Kim", address: "kim@lisbon.example" },
      { name: "", address: "bob@lisbon.example" },
    ],
  });
});

test("who is named on one line leaves the others", async () => {
  const { user } = renderAt(TICKET);
  await reply();
  await user.click(screen.getByRole("button", { name: "Bcc: add a blind copy" }));
  await user.type(screen.getByRole("textbox", { name: "Add to Bcc" }), `${INES},`);
  expect(await chips("Bcc")).toEqual([INES]);
  expect(await chips("To")).toEqual([]);
});

test("what is no address is marked, and the reply waits until it is corrected", async () => {
  const { user } = renderAt(TICKET);
  await user.type(await reply(), "Hello");
  await user.type(screen.getByRole("textbox", { name: "Add to To" }), "a@b.test>{Enter}");
  const group = await line("To");
  expect(within(group).getByLabelText(/This is not a mail address/)).toBeVisible();
  expect(screen.getByRole("button", { name: "Send & wait" })).toBeDisabled();
  await user.click(screen.getByRole("button", { name: "Remove a@b.test>" }));
  await waitFor(async () => expect(await chips("To")).toEqual(["Inês Carvalho"]));
  expect(screen.getByRole("button", { name: "Send & wait" })).toBeEnabled();
  await user.click(screen.getByRole("button", { name: "Remove Inês Carvalho" }));
  expect(await screen.findByText(/To is empty/)).toBeVisible();
  expect(screen.getByRole("button", { name: "Send & wait" })).toBeDisabled();
});

test("an address that mail came back from is marked, and named only if it is among them", async () => {
  const api = withParticipants();
  lisbon(api).requester.stopped = [
    { id: 1, email: "guest1@lisbon.example", status: "5.1.1", words: "Gone.", since: "2026-11-01" },
  ];
  const { user } = renderAt(TICKET, api);
  const all = await screen.findByRole("button", { name: "Reply all (3)" });
  expect(screen.queryByText(/Mail to guest1@lisbon.example bounced/)).toBeNull();
  await user.click(all);
  expect(screen.getByText(/Mail to guest1@lisbon.example bounced/)).toBeVisible();
  expect(within(await line("Cc")).getByLabelText(/bounced, so nothing is sent/)).toBeVisible();
});

test("more than ten are asked about once", async () => {
  const { api, user } = renderAt(TICKET, withParticipants(14));
  await user.click(await screen.findByRole("button", { name: "Reply all (15)" }));
  expect(await chips("Cc")).toHaveLength(12);
  await user.click(within(await line("Cc")).getByRole("button", { name: "and 2 more" }));
  expect(await chips("Cc")).toHaveLength(14);
  await user.type(await reply(), "Hello{Control>}{Enter}{/Control}");
  const dialog = within(await screen.findByRole("dialog", { name: "Send to 15 people?" }));
  expect(dialog.getByText(/Inês Carvalho, Guest 1, .* and 5 more/)).toBeVisible();
  expect(sent(api)).toHaveLength(0);
  await user.click(dialog.getByRole("button", { name: "Send to 15 people" }));
  await screen.findByText(/Reply held for/);
  expect(sent(api)).toHaveLength(1);
  expect(sent(api)[0]).toMatchObject({ confirm_recipients: true });
});

test("a draft keeps its people, and undoing brings them back", async () => {
  const { user, router } = renderAt(TICKET, withParticipants());
  await user.click(await screen.findByRole("button", { name: "Reply all (3)" }));
  await user.type(await reply(), "Half a thought");
  await screen.findByText("Draft saved");
  await router.navigate({ to: "/desk/tickets", search: {} });
  await screen.findByRole("region", { name: "Tickets" });
  await router.navigate({ to: "/desk/tickets/$number", params: { number: 4187 }, search: {} });
  expect(await chips("Cc")).toEqual(["Guest 1", "Guest 2"]);
  await user.type(await reply(), "{Control>}{Enter}{/Control}");
  const held = await screen.findByText(/Reply held for/);
  expect(screen.queryByRole("group", { name: "Cc" })).toBeNull();
  const slot = held.closest<HTMLElement>("[role=status]");
  if (!slot) throw new Error("the toast is in no live region");
  await user.click(within(slot).getByRole("button", { name: "Undo" }));
  await screen.findByText("Undone");
  expect(await chips("Cc")).toEqual(["Guest 1", "Guest 2"]);
});

test("the author of a message is answered alone, whoever the requester is", async () => {
  const api = createFakeApi();
  lisbon(api).thread.push(
    message(77, 120, "Joined Later", "Me too.", 1, { author_email: "joined@lisbon.example" }),
  );
  const { user } = renderAt(TICKET, api);
  const log = within(await screen.findByRole("log", { name: "Thread" }));
  const article = log.getByText("Me too.").closest("article");
  if (!article) throw new Error("no message");
  await user.click(within(article).getByRole("button", { name: "More" }));
  await user.click(
    await screen.findByRole("menuitem", { name: "Reply to Joined Later", hidden: true }),
  );
  expect(await chips("To")).toEqual(["Joined Later"]);
  await waitFor(async () => expect(await reply()).toHaveFocus());
  await user.keyboard("Hello{Control>}{Enter}{/Control}");
  await screen.findByText(/Reply held for/);
  expect(sent(api)[0]).toMatchObject({
    to: [{ name: "Joined Later", address: "joined@lisbon.example" }],
    cc: [],
  });
});

test("a message says who it went to, folded when they are many", async () => {
  const api = createFakeApi();
  const people = Array.from({ length: 5 }, (_, place) => ({
    name: place === 0 ? "Kim" : place === 1 ? "Bob" : "",
    address: `to${place}@lisbon.example`,
  }));
  lisbon(api).thread.push(
    message(77, 103, "Inês Carvalho", "To many.", 1, {
      to: people,
      cc: [{ name: "Carl", address: "carl@lisbon.example" }],
      bcc: [{ name: "", address: "boss@lisbon.example" }],
      extras: { invitations: [], signature: null, forwarded_by: null, recipients_left_out: 149 },
    }),
  );
  const { user } = renderAt(TICKET, api);
  const log = within(await screen.findByRole("log", { name: "Thread" }));
  const article = log.getByText("To many.").closest("article");
  if (!article) throw new Error("no message");
  const people_ = within(article);
  const summary = people_.getByRole("button", { name: /Kim, Bob and 3 more/ });
  expect(summary).toHaveTextContent("Cc Carl");
  expect(summary).toHaveTextContent("Bcc boss@lisbon.example");
  expect(people_.getByText("and 149 more, in the original mail")).toBeVisible();
  expect(people_.queryByText("to4@lisbon.example")).toBeNull();
  await user.click(summary);
  expect(people_.getByText("to4@lisbon.example")).toBeVisible();
});

test("participants are added and removed by name, and that can be taken back", async () => {
  const { api, user } = renderAt(TICKET, withParticipants());
  const panel = within(await screen.findByRole("region", { name: "On this ticket" }));
  await user.click(panel.getByRole("button", { name: "Remove Guest 1 from this ticket" }));
  expect(await screen.findByText("Guest 1 was removed from the ticket")).toBeVisible();
  expect(lisbon(api).cc).toHaveLength(1);
  await user.keyboard("z");
  await waitFor(() => expect(lisbon(api).cc).toHaveLength(2));
  await user.click(panel.getByRole("button", { name: "Add a participant" }));
  const search = await screen.findByPlaceholderText("Add a participant");
  await user.type(search, "new@lisbon.example");
  await user.click(await screen.findByRole("option", { name: /new@lisbon.example/, hidden: true }));
  expect(await screen.findByText("new@lisbon.example was added to the ticket")).toBeVisible();
  expect(lisbon(api).cc.at(-1)?.email).toBe("new@lisbon.example");
});

test("a refused recipient is said with the text kept", async () => {
  const api = createFakeApi();
  api.overrides.set("POST tickets/4187/messages", () =>
    problem(422, "validation_failed", "cc: it@halvorsen.example is an address of this desk."),
  );
  const { user } = renderAt(TICKET, api);
  await user.type(await reply(), "Hello{Control>}{Enter}{/Control}");
  expect(await screen.findByText(/is an address of this desk/)).toBeVisible();
  expect(await reply()).toHaveValue("Hello");
});

test("what counts as an address is what the server may take", () => {
  for (const good of ["a@b.test", "o'brien+x@b.test", "jürgen@münchen.example", "root@mailhost"])
    expect(isAddress(good), good).toBe(true);
  // Whoever wrote from such an address is answered there; of others the server refuses it.
  for (const unusual of ['"odd one"@b.test', "a..b@b.test", "a.@b.test"])
    expect(isAddress(unusual), unusual).toBe(true);
  for (const bad of ["a@b.test>", "nobody", '"a@b.test', "a@b.test.", "a b@c.test"])
    expect(isAddress(bad), bad).toBe(false);
  expect(readAddresses('"Ann, B" <a@x.test>; b@x.test c@x.test\nkim')).toHaveLength(5);
});
