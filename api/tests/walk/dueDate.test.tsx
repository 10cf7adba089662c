import { screen, waitFor, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { createFakeApi } from "./fake/server";
import { change } from "./fake/tickets";
import { renderAt } from "./render";

const TICKET = "/desk/tickets/4187";
const dateText = (at: string) => new Date(at).toLocaleDateString();

test("a due date is shown, picked and told in the history", async () => {
  const api = createFakeApi();
  const ticket = api.tickets.find(({ number }) => number === 4187);
  if (!ticket) throw new Error("the fake has no ticket 4187");
  ticket.due_at = "2031-12-24T09:00:00Z";
  ticket.thread.push(change(900, [1, "Ana"], 5, [{ field: "due_at", old: null, new: ticket.due_at }]));
  const { user } = renderAt(TICKET, api);

  const log = within(await screen.findByRole("log", { name: "Thread" }));
  expect(log.getByText(`set Due date to ${dateText(ticket.due_at)}`)).toBeVisible();
  const pane = within(screen.getByRole("complementary", { name: "Properties" }));
  expect(pane.getByText("Due date")).toBeVisible();

  const inAWeek = new Date(new Date().setHours(24 * 7 + 17, 0, 0, 0)).toISOString();
  await user.click(pane.getByRole("button", { name: dateText(ticket.due_at) }));
  await user.click(await screen.findByRole("option", { name: dateText(inAWeek), hidden: true }));
  expect(await pane.findByRole("button", { name: dateText(inAWeek) })).toBeVisible();
  const sent = () => api.calls.find(({ method }) => method === "PATCH");
  await waitFor(() => expect(sent()?.body).toMatchObject({ due_at: inAWeek }));
});
