import { screen, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { createFakeApi, json } from "./fake/server";
import { renderAt } from "./render";

function company() {
  const api = createFakeApi();
  const one = api.tickets.find(
    ({ thread }) => thread.filter((item) => item.type === "message").length > 2,
  );
  const other = api.tickets.find((ticket) => ticket !== one);
  if (!one || !other) throw new Error("the invented company has too few tickets");
  return { api, one, other };
}

test("X chooses messages by keys, asks for subject and people, and goes to the new ticket", async () => {
  const { api, one, other } = company();
  const ids = one.thread.filter((item) => item.type === "message").map(({ id }) => id);
  one.message_count = ids.length;
  const ann = { id: 901, name: "Ann", email: "ann@example.org", wrote: true };
  const bob = { id: 902, name: "Bob", email: null, wrote: false };
  api.overrides.set(`POST tickets/${one.number}/split/preview`, () =>
    json({ subject: "It drips", requester_id: 901, participant_ids: [], people: [ann, bob] }),
  );
  api.overrides.set(`POST tickets/${one.number}/split`, () => json(other, 201));
  const { user } = renderAt(`/desk/tickets/${one.number}`, api);
  const thread = within(await screen.findByRole("log", { name: "Thread" }));
  await user.keyboard("x");
  const bar = within(screen.getByRole("toolbar", { name: "Split messages off" }));
  expect(bar.getByRole("button", { name: "Split off" })).toBeDisabled();
  const boxes = thread.getAllByRole("checkbox");
  expect(boxes.at(-1)).toHaveFocus();
  await user.keyboard(" {ArrowUp} ");
  expect(bar.getByRole("status")).toHaveTextContent("2 messages chosen");
  await user.click(bar.getByRole("button", { name: "Split off" }));
  const dialog = within(await screen.findByRole("dialog"));
  const subject = await dialog.findByRole("textbox", { name: /Subject/ });
  expect(subject).toHaveValue("It drips");
  await user.clear(subject);
  await user.type(subject, "The tap drips");
  await user.selectOptions(dialog.getByRole("combobox"), "Bob");
  await user.click(dialog.getByRole("checkbox", { name: "Ann, ann@example.org" }));
  await user.click(dialog.getByRole("button", { name: "Split off" }));
  await screen.findByRole("main", { name: new RegExp(String(other.number)) });
  expect(api.calls.findLast((call) => call.url.endsWith("/split"))?.body).toEqual({
    message_ids: ids.slice(-2).reverse(),
    subject: "The tap drips",
    requester_id: 902,
    participant_ids: [901],
  });
});

test("Escape ends choosing; the menu of a message and of the ticket begin it", async () => {
  const { api, one } = company();
  one.message_count = 3;
  const { user } = renderAt(`/desk/tickets/${one.number}`, api);
  const thread = within(await screen.findByRole("log", { name: "Thread" }));
  await user.click(screen.getByRole("button", { name: "More actions" }));
  await user.click(
    await screen.findByRole("menuitem", { name: /Split messages off/, hidden: true }),
  );
  expect(await screen.findByRole("toolbar", { name: "Split messages off" })).toBeVisible();
  await user.keyboard("{Escape}");
  expect(screen.queryByRole("toolbar", { name: "Split messages off" })).toBeNull();
  const [menu] = thread.getAllByRole("button", { name: "More" });
  if (!menu) throw new Error("a message has no menu");
  await user.click(menu);
  await user.click(
    await screen.findByRole("menuitem", { name: "Split off from the ticket", hidden: true }),
  );
  const bar = within(screen.getByRole("toolbar", { name: "Split messages off" }));
  expect(bar.getByRole("status")).toHaveTextContent("1 message chosen");
});

test("a ticket says where its messages went, and brings them back with what came since", async () => {
  const { api, one, other } = company();
  const link = {
    id: 5,
    kind: "split_from",
    number: other.number,
    subject: other.subject,
    category: "open",
    status: "Open",
    requester: "Ann",
    created_at: other.created_at,
  };
  const later = {
    id: 78,
    author: "Ann",
    kind: "reply",
    created_at: other.created_at,
    preview: "More",
  };
  api.overrides.set(`GET tickets/${one.number}/links`, () =>
    json({ items: [], merged: [], related: [link] }),
  );
  api.overrides.set(`GET tickets/${one.number}/split`, () =>
    json({
      origin: { number: other.number, subject: other.subject },
      at: other.created_at,
      messages: 1,
      later: [later],
    }),
  );
  api.overrides.set(`POST tickets/${one.number}/unsplit`, () => json(other));
  const { user } = renderAt(`/desk/tickets/${one.number}`, api);
  await user.click(await screen.findByRole("button", { name: "Bring back" }));
  const dialog = within(await screen.findByRole("dialog"));
  await user.click(dialog.getByRole("checkbox", { name: "Ann: More" }));
  await user.click(dialog.getByRole("button", { name: "Bring back" }));
  await screen.findByRole("main", { name: new RegExp(String(other.number)) });
  expect(api.calls.findLast((call) => call.url.endsWith("/unsplit"))?.body).toEqual({
    message_ids: [78],
  });
});
