import { screen, waitFor, within } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import "@/features/tickets/reminders/texts";
// Loaded before a test waits for it.
import "@/features/tickets/TicketPage";
import "@/features/tickets/components/StarButton";
import "@/features/tickets/reminders/NewReminderDialog";
import "@/features/tickets/reminders/TicketReminders";
import "@/features/notifications/Reminders";
import { createFakeApi, json } from "./fake/server";
import { renderAt } from "./render";

// The first screen of a file takes long on a busy machine.
vi.setConfig({ testTimeout: 60_000 });
const patient = { timeout: 20_000 };
const me = { id: 1, name: "Me" };

function company() {
  const api = createFakeApi();
  const [ticket] = api.tickets;
  if (!ticket) throw new Error("the invented company has no ticket");
  const reminder = {
    id: 3,
    number: ticket.number,
    subject: ticket.subject,
    person: me,
    made_by: { id: 9, name: "Mina Farouk" },
    remind_at: "2020-01-01T09:00:00Z",
    note: "Call them",
    fired_at: "2020-01-01T09:00:05Z",
    done_at: null,
    version: 1,
  };
  const stars: number[] = [];
  api.overrides.set("GET reminders", () => json({ items: [reminder], next_cursor: null }));
  api.overrides.set("PATCH reminders/3", () => json(reminder, 200, { "X-Change-Id": "9" }));
  api.overrides.set(`POST tickets/${ticket.number}/reminders`, () =>
    json(reminder, 201, { "X-Change-Id": "10" }),
  );
  api.overrides.set("GET stars", () => json({ items: stars }));
  api.overrides.set(`PUT tickets/${ticket.number}/star`, () => {
    stars.push(ticket.number);
    return new Response(null, { status: 204 });
  });
  const asked = () =>
    api.calls
      .filter(({ method, url }) => method !== "GET" && url.includes("reminders"))
      .map(({ body }) => body);
  return { api, ticket, asked, stars };
}

test("a reminder is set by its key and words, and the ticket is starred by its key", async () => {
  const { api, ticket, asked, stars } = company();
  const { user } = renderAt(`/desk/tickets/${ticket.number}`, api);
  await screen.findByRole("region", { name: "Reminders" }, patient);
  await user.keyboard("*");
  await waitFor(() => expect(stars).toEqual([ticket.number]));
  const button = await screen.findByRole("button", { name: "Take the star away" }, patient);
  expect(button).toHaveAttribute("aria-pressed", "true");
  await user.keyboard("h");
  const dialog = within(await screen.findByRole("dialog", {}, patient));
  const when = dialog.getByRole("textbox", { name: "When" });
  await user.type(when, "soon");
  expect(dialog.getByRole("button", { name: "Remind" })).toBeDisabled();
  await user.clear(when);
  await user.type(when, "in 2 hours");
  await user.type(dialog.getByRole("textbox", { name: "Note" }), "Ask");
  await user.click(dialog.getByRole("button", { name: "Remind" }));
  await waitFor(() => expect(asked()).toHaveLength(1));
  const body = asked()[0] as { remind_at: string; note: string };
  expect(body.note).toBe("Ask");
  const minutes = (Date.parse(body.remind_at) - Date.now()) / 60_000;
  expect(minutes).toBeGreaterThan(117);
  expect(minutes).toBeLessThanOrEqual(121);
});

test("the page of notifications lists what is due, to be done or told again", async () => {
  const { api, asked } = company();
  const { user } = renderAt("/desk/notifications", api);
  const list = within(await screen.findByRole("region", { name: "Reminders" }, patient));
  expect(list.getByText(/Call them · by Mina Farouk/)).toBeVisible();
  expect(list.getByText(/^Due/)).toBeVisible();
  await user.click(list.getByRole("button", { name: "Done: Call them" }));
  await waitFor(() => expect(asked()).toEqual([{ done: true }]));
  await user.click(list.getByRole("button", { name: "Again in" }));
  await user.click(await screen.findByRole("menuitem", { name: /Tomorrow/, hidden: true }));
  await waitFor(() => expect(asked()).toHaveLength(2));
  expect(asked()[1]).toHaveProperty("remind_at");
});
