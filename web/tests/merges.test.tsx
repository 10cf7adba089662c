import { screen, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { createFakeApi, json } from "./fake/server";
import { renderAt } from "./render";

test("M asks which ticket goes on, finds it by its number, merges and goes there", async () => {
  const api = createFakeApi();
  const [one, other] = api.tickets;
  if (!one || !other) throw new Error("the invented company has too few tickets");
  api.overrides.set(`POST tickets/${one.number}/merge`, () => json(other));
  const { user } = renderAt(`/desk/tickets/${one.number}`, api);
  await screen.findByRole("log", { name: "Thread" });
  await user.keyboard("m");
  const dialog = within(await screen.findByRole("dialog"));
  expect(dialog.getByRole("button", { name: "Merge" })).toBeDisabled();
  await user.click(dialog.getByRole("button", { name: "Search by number, subject or words" }));
  await user.keyboard(other.subject.slice(0, 12));
  await user.click(
    await screen.findByRole("option", { name: new RegExp(`#${other.number}`), hidden: true }),
  );
  await user.click(
    dialog.getByRole("checkbox", {
      name: "Its requester and participants take part in the other",
    }),
  );
  await user.click(dialog.getByRole("button", { name: `Merge into #${other.number}` }));
  await screen.findByRole("main", { name: new RegExp(String(other.number)) });
  expect(api.calls.findLast((call) => call.url.endsWith("/merge"))?.body).toEqual({
    into: other.number,
    join_people: false,
  });
});

test("a merged ticket leads on, cannot be answered, and asks what belongs to it before it goes", async () => {
  const api = createFakeApi();
  const [one, other] = api.tickets;
  if (!one || !other) throw new Error("the invented company has too few tickets");
  one.merged_into = other.number;
  const later = {
    id: 77,
    author: "Inês Carvalho",
    kind: "reply",
    created_at: other.created_at,
    preview: "One more thing",
  };
  const into = { number: other.number, subject: other.subject };
  api.overrides.set(`GET tickets/${one.number}/merge`, () =>
    json({ into, at: other.created_at, later: [later] }),
  );
  api.overrides.set(`POST tickets/${one.number}/separate`, () => json(one));
  const { user } = renderAt(`/desk/tickets/${one.number}`, api);
  const link = await screen.findByRole("link", { name: `#${other.number} ${other.subject}` });
  expect(link).toHaveAttribute("href", `/desk/tickets/${other.number}`);
  expect(screen.queryByRole("textbox", { name: /Reply/ })).toBeNull();
  await user.click(screen.getByRole("button", { name: "Separate" }));
  const dialog = within(await screen.findByRole("dialog"));
  await user.click(dialog.getByRole("checkbox", { name: "Inês Carvalho: One more thing" }));
  await user.click(dialog.getByRole("button", { name: "Separate" }));
  expect(api.calls.findLast((call) => call.url.endsWith("/separate"))?.body).toEqual({
    message_ids: [77],
  });
});
