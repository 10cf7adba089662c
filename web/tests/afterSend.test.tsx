import { screen, waitFor, within } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import { changeDraft } from "@/features/tickets/draft";
import { me, teams } from "./fake/people";
import { createFakeApi, json } from "./fake/server";
import { renderAt } from "./render";

// The first screen of a file takes long on a busy machine.
vi.setConfig({ testTimeout: 120_000 });
const patient = { timeout: 40_000 };

type Api = ReturnType<typeof createFakeApi>;

/** Three tickets of one view in the order of their numbers, newest first as the fake lists them. */
function api(
  after_send: "stay" | "next" | "list",
  reply_assigns: "always" | "ask" | "never" = "never",
) {
  const made = createFakeApi();
  made.overrides.set("GET me", () => json({ ...me, settings: { ...me.settings, after_send } }));
  made.overrides.set("GET teams", () =>
    json({ items: teams.map((team) => ({ ...team, reply_assigns })) }),
  );
  return made;
}

/** The tickets of All open as the list beside shows them. */
async function order(): Promise<number[]> {
  const list = await screen.findByRole("region", { name: "All open" }, patient);
  await within(list).findAllByRole("link", {}, patient);
  return within(list)
    .getAllByRole("link")
    .flatMap((link) => /tickets\/(\d+)/.exec(link.getAttribute("href") ?? "")?.[1] ?? [])
    .map(Number);
}

const reply = () => screen.findByRole("textbox", { name: "Write a reply" }, patient);
const at = (router: ReturnType<typeof renderAt>["router"]) => router.state.location.pathname;

function bodies(made: Api) {
  return made.calls
    .filter((call) => /^tickets\/\d+\/messages$/.test(call.url))
    .map((call) => call.body);
}

test("whoever chose so sees the next ticket of their list once a reply is sent, also when it left the list", async () => {
  const made = api("next");
  const { user, router } = renderAt("/desk/tickets/4187?view=all_open", made);
  const shown = await order();
  const next = shown[shown.indexOf(4187) + 1];
  await user.type(await reply(), "Done.");
  await user.click(screen.getByRole("button", { name: "Other ways to send" }));
  await user.click(await screen.findByRole("menuitem", { name: "Send & resolve", hidden: true }));
  await waitFor(() => expect(at(router)).toBe(`/desk/tickets/${next}`), patient);
  expect(router.state.location.search).toMatchObject({ view: "all_open" });
  expect(bodies(made)[0]).toMatchObject({ text: "Done.", status: "resolved" });
  // Taking the reply back leads to it, and its text is there again.
  await user.click(await screen.findByRole("button", { name: /^Undo/ }));
  await waitFor(() => expect(at(router)).toBe("/desk/tickets/4187"), patient);
  await waitFor(async () => expect(await reply()).toHaveValue("Done."), patient);
});

test("ctrl+shift+enter sends and opens the next once, whatever was chosen", async () => {
  const { user, router } = renderAt("/desk/tickets/4187?view=all_open", api("stay"));
  const shown = await order();
  const next = shown[shown.indexOf(4187) + 1];
  await user.type(await reply(), "On its way.");
  await user.keyboard("{Control>}{Shift>}{Enter}{/Shift}{/Control}");
  await waitFor(() => expect(at(router)).toBe(`/desk/tickets/${next}`), patient);
});

test("the menu beside Send leads to the list once, and without a choice one stays", async () => {
  const { user, router } = renderAt("/desk/tickets/4187?view=all_open", api("stay"));
  await user.type(await reply(), "First");
  await user.keyboard("{Control>}{Enter}{/Control}");
  await screen.findByText(/Reply held for/, {}, patient);
  expect(at(router)).toBe("/desk/tickets/4187");
  await user.type(await reply(), "Second");
  await user.click(screen.getByRole("button", { name: "Other ways to send" }));
  await user.click(await screen.findByRole("menuitem", { name: "Back to the list", hidden: true }));
  await waitFor(() => expect(at(router)).toBe("/desk/tickets"), patient);
});

test("resolving leads on as a reply does", async () => {
  const { user, router } = renderAt("/desk/tickets/4187?view=all_open", api("next"));
  const shown = await order();
  const next = shown[shown.indexOf(4187) + 1];
  await user.click(await screen.findByRole("button", { name: "Resolve" }));
  await waitFor(() => expect(at(router)).toBe(`/desk/tickets/${next}`), patient);
});

test("where the team asks, a reply to a ticket of nobody's says whether it is its author's", async () => {
  const made = api("stay", "ask");
  const ticket = made.tickets.find((one) => one.number === 4187);
  if (!ticket) throw new Error("the fake lost #4187");
  ticket.assignee = null;
  const { user } = renderAt("/desk/tickets/4187", made);
  await user.type(await reply(), "I take it.");
  const box = await screen.findByRole("checkbox", { name: "Assign to me" }, patient);
  expect(box).not.toBeChecked();
  await user.click(box);
  await user.click(await reply());
  await user.keyboard("{Control>}{Enter}{/Control}");
  await screen.findByText(/Reply held for/, {}, patient);
  expect(bodies(made)[0]).toMatchObject({ assign_me: true });
  localStorage.removeItem("atum.assignMe");
});

test("a team that decides by itself says so, and the reply says nothing", async () => {
  const made = api("stay", "always");
  const ticket = made.tickets.find((one) => one.number === 4187);
  if (!ticket) throw new Error("the fake lost #4187");
  ticket.assignee = null;
  const { user } = renderAt("/desk/tickets/4187", made);
  await user.type(await reply(), "I take it.");
  expect(
    await screen.findByText("This reply assigns the ticket to you", {}, patient),
  ).toBeVisible();
  expect(screen.queryByRole("checkbox", { name: "Assign to me" })).toBeNull();
  await user.keyboard("{Control>}{Enter}{/Control}");
  await screen.findByText(/Reply held for/, {}, patient);
  expect(bodies(made)[0]).not.toHaveProperty("assign_me");
});

test("one press copies the number, two the title, three the link, and each is said", async () => {
  const { user } = renderAt("/desk/tickets/4187", api("stay"));
  const copied = vi.spyOn(navigator.clipboard, "writeText");
  await screen.findByRole("button", { name: "Resolve" }, patient);
  await user.keyboard(".");
  expect(await screen.findByText("Number #4187 copied")).toBeVisible();
  await user.keyboard(".");
  expect(await screen.findByText(/^Title copied: VPN drops/)).toBeVisible();
  await user.keyboard(".");
  expect(await screen.findByText("Link copied")).toBeVisible();
  expect(copied.mock.calls.map(([text]) => text)).toEqual([
    "#4187",
    "VPN drops every 20 minutes in the Lisbon office",
    `${location.origin}/desk/tickets/4187`,
  ]);
  // What follows another key is that key: it is not swallowed.
  await user.keyboard(".r");
  await waitFor(async () => expect(await reply()).toHaveFocus(), patient);
});

test("what may not be done stands in the menu and the palette with the reason, and does nothing", async () => {
  const made = api("stay");
  const ticket = made.tickets.find((one) => one.number === 4187);
  if (!ticket) throw new Error("the fake lost #4187");
  ticket.can = { ...ticket.can, merge: false };
  const { user } = renderAt("/desk/tickets/4187", made);
  await user.click(await screen.findByRole("button", { name: "More actions" }, patient));
  const merge = await screen.findByRole("menuitem", {
    name: /Merge into another ticket/,
    hidden: true,
  });
  expect(merge).toHaveTextContent("Your role lacks the permission ticket:merge.");
  expect(merge).toHaveAttribute("aria-disabled", "true");
  await user.click(merge);
  expect(screen.queryByRole("dialog")).toBeNull();
  await user.keyboard("{Escape}");
  await user.keyboard("{Control>}k{/Control}");
  await user.type(await screen.findByRole("combobox", {}, patient), "merge into");
  const option = await screen.findByRole("option", { name: /Merge into another ticket/ });
  expect(option).toHaveTextContent("Your role lacks the permission ticket:merge.");
  await user.click(option);
  expect(screen.getByRole("combobox")).toBeVisible();
});

test("a reply too large for its relay says so and is not sent, and fits again without the file", async () => {
  const made = api("stay");
  made.overrides.set("GET tickets/4187/mail-limit", () => json({ max_bytes: 10_000_000 }));
  const file = (id: number, size: number) => ({
    id,
    filename: `log-${id}.zip`,
    mime_type: "application/zip",
    size,
    inline: false,
    redacted: false,
    url: `/api/v1/attachments/${id}`,
  });
  const place = { me: me.person.id, number: 4187, kind: "reply" } as const;
  changeDraft(place, () => ({
    text: "See there",
    attachments: [file(1, 6_000_000), file(2, 1_000_000)],
  }));
  const { user } = renderAt("/desk/tickets/4187", made);
  const meter = await screen.findByRole("meter", { name: "Size of the mail" }, patient);
  expect(meter).toHaveAttribute("aria-valuenow", "96");
  expect(meter.parentElement).toHaveAttribute("data-state", "near");
  expect(screen.getByRole("button", { name: "Send & wait" })).toBeEnabled();
  changeDraft(place, ({ attachments }) => ({ attachments: [...attachments, file(3, 500_000)] }));
  expect(await screen.findByText(/^Too large for the relay/)).toBeVisible();
  expect(screen.getByRole("button", { name: "Send & wait" })).toBeDisabled();
  await user.click(screen.getByRole("button", { name: "Remove log-1.zip" }));
  await waitFor(() => expect(meter.parentElement).toHaveAttribute("data-state", "fits"));
  expect(screen.getByRole("button", { name: "Send & wait" })).toBeEnabled();
});
