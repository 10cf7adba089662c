import { screen, waitFor, within } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import { me, staff, teams } from "./fake/people";
import { createFakeApi, json, problem } from "./fake/server";
import { holdBack, renderAt } from "./render";

const lines = () => screen.findByRole("region", { name: "Tickets" });

test("the list shows its tickets in groups by status", async () => {
  renderAt("/desk/tickets");
  const list = within(await lines());
  expect(await list.findByText("Payroll export stops at employee 412")).toBeVisible();
  expect(list.getByRole("button", { name: /^New\s*3$/ })).toBeVisible();
  expect(list.getByRole("button", { name: /^Waiting on requester\s*3$/ })).toBeVisible();
});

test("a collapsed group keeps its name and hides its rows", async () => {
  const { user } = renderAt("/desk/tickets");
  const list = within(await lines());
  await user.click(await list.findByRole("button", { name: /^New/ }));
  expect(list.queryByText("Payroll export stops at employee 412")).toBeNull();
  expect(list.getByRole("button", { name: /^New/ })).toHaveAttribute("aria-expanded", "false");
});

test("filters live in the URL and narrow what the API is asked for", async () => {
  const { api, user, router } = renderAt("/desk/tickets?priority=urgent");
  const list = within(await lines());
  await list.findByText("Payroll export stops at employee 412");
  expect(list.queryByText("VPN drops every 20 minutes in the Lisbon office")).toBeNull();
  expect(api.calls.some((call) => call.url.includes("priority=urgent"))).toBe(true);

  await user.click(screen.getByRole("button", { name: "Remove the filter Priority" }));
  await screen.findByText("VPN drops every 20 minutes in the Lisbon office");
  expect(router.state.location.search).not.toHaveProperty("priority");
});

test("a team's list is called by the team", async () => {
  renderAt("/desk/tickets?team=2");
  expect(await screen.findByRole("heading", { name: "Network" })).toBeVisible();
});

test("counts stand beside the views", async () => {
  renderAt("/desk/tickets");
  const link = await screen.findByRole("link", { name: /Unassigned\s*3/ });
  expect(link).toHaveAttribute("href", "/desk/tickets?view=unassigned");
});

test("j moves, x chooses, and the bulk bar resolves all chosen as one change with one undo", async () => {
  const { api, user } = renderAt("/desk/tickets");
  await within(await lines()).findByText("Payroll export stops at employee 412");
  await user.keyboard("jxjx");
  expect(await screen.findByRole("toolbar", { name: "2 selected" })).toBeVisible();
  await user.keyboard("e");
  await screen.findByText("2 tickets resolved");
  const bulk = api.calls.filter((call) => call.url === "tickets/bulk");
  expect(bulk).toHaveLength(1);
  expect(bulk[0]?.body).toMatchObject({ numbers: [4192, 4191], set: { status: "resolved" } });

  await user.keyboard("z");
  await waitFor(() => expect(api.tickets[0]?.status.key).toBe("new"));
});

test("a list that fails says so and tries again", async () => {
  const api = createFakeApi();
  api.overrides.set("GET tickets", () => problem(500, "broken", "The database rests."));
  const { user } = renderAt("/desk/tickets?view=waiting", api);
  const alert = await screen.findByRole("alert");
  expect(alert).toHaveTextContent("The database rests.");
  api.overrides.clear();
  await user.click(within(alert).getByRole("button", { name: "Try again" }));
  expect(await within(await lines()).findByText("Scanner sends to the old address")).toBeVisible();
});

test("an empty list says why and offers the next step", async () => {
  const { user } = renderAt("/desk/tickets?tag=unheard-of");
  expect(await screen.findByText("No ticket matches")).toBeVisible();
  await user.click(screen.getByRole("button", { name: "Clear the filters" }));
  expect(
    await within(await lines()).findByText("Payroll export stops at employee 412"),
  ).toBeVisible();
});

test("who is not signed in is led to the sign-in and back", async () => {
  const { user, router } = renderAt(
    "/desk/tickets?view=waiting",
    createFakeApi({ signedIn: false }),
  );
  await user.type(await screen.findByLabelText("E-mail"), "tomasz@halvorsen.example");
  await user.type(screen.getByLabelText("Password"), "secret-enough");
  await user.click(screen.getByRole("button", { name: "Sign in" }));
  await lines();
  expect(router.state.location.href).toBe("/desk/tickets?view=waiting");
});

const empty = { items: [], next_cursor: null };
const administrator = {
  ...me,
  permissions: [
    ...me.permissions,
    "settings:mailboxes:edit",
    "settings:people:edit",
    "settings:teams:edit",
  ],
};

test("an administrator of a new desk gets first steps, ticked by what is there", async () => {
  const api = createFakeApi();
  api.overrides.set("GET me", () => json(administrator));
  api.overrides.set("GET tickets", () => json(empty));
  api.overrides.set("GET teams", () => json({ items: teams.slice(0, 1) }));
  api.overrides.set("GET people", () => json({ items: staff.slice(0, 1), next_cursor: null }));
  const { user } = renderAt("/desk/tickets", api);
  const steps = within(await screen.findByRole("region", { name: "First steps" }));
  expect(steps.getByText("1 of 4 are done.")).toBeVisible();
  const mailbox = steps.getByText("Connect a mailbox").closest("li") as HTMLElement;
  expect(within(mailbox).getByLabelText("Done")).toBeVisible();
  const people = steps.getByText("Invite your colleagues").closest("li") as HTMLElement;
  expect(within(people).queryByLabelText("Done")).toBeNull();
  expect(steps.getByRole("link", { name: "Teams" })).toHaveAttribute(
    "href",
    "/desk/settings/teams",
  );
  await user.click(steps.getByRole("button", { name: "New ticket" }));
  expect(await screen.findByRole("dialog")).toBeVisible();
});

test("who is no administrator sees what the empty list is for", async () => {
  const api = createFakeApi();
  api.overrides.set("GET tickets", () => json(empty));
  renderAt("/desk/tickets", api);
  expect(await screen.findByText("No open tickets")).toBeVisible();
  expect(screen.queryByText("First steps")).toBeNull();
});

test("on a phone a row is as high as the lines of its subject, and the rows after it follow", async () => {
  const { matchMedia } = window;
  window.matchMedia = (media) => ({ ...matchMedia(media), matches: media.includes("max-width") });
  Object.defineProperty(window, "innerWidth", { configurable: true, value: 390 });
  const measureText = (text: string) => ({ width: text.length * 8 });
  vi.spyOn(HTMLCanvasElement.prototype, "getContext").mockReturnValue({ measureText } as never);
  renderAt("/desk/tickets?view=all_open");
  const list = await lines();
  const lineOf = async (subject: string) => {
    const line = (await within(list).findByText(subject)).closest("[data-line]") as HTMLElement;
    return { height: line.style.height, top: Number(/-?\d+/.exec(line.style.transform)?.[0]) };
  };
  const one = await lineOf("Payroll export stops at employee 412");
  const two = await lineOf("Freight label for order 50118 was charged twice");
  const three = await lineOf("تعذّر الدخول إلى بوابة المورّدين");
  expect([one.height, two.height, three.height]).toEqual(["84px", "104px", "84px"]);
  expect([two.top - one.top, three.top - two.top]).toEqual([84, 104]);
});

test("a list that is still fetched has no count: 0 would say that nothing waits", async () => {
  const api = createFakeApi();
  const answer = holdBack(api, "/tickets?");
  renderAt("/desk/tickets?view=waiting", api);
  const title = await screen.findByRole("heading", { name: /Waiting/ });
  expect(title.parentElement).not.toHaveTextContent(/\d/);
  answer();
  await waitFor(() => expect(title.parentElement).toHaveTextContent(/3/));
});
