import { screen, waitFor, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { absence } from "./fake/absences";
import { me, staff } from "./fake/people";
import { createFakeApi, json } from "./fake/server";
import { renderAt } from "./render";

test("one's absence stands in the profile and is changed there", async () => {
  const { api, user } = renderAt("/desk/settings/profile");
  const card = within(await screen.findByRole("region", { name: "Out of office" }));
  expect(await card.findByText("Away now")).toBeVisible();
  expect(card.getByText(new RegExp(`deputy: ${absence.deputy?.name}`))).toBeVisible();
  await user.click(card.getByRole("button", { name: "Edit" }));
  const dialog = within(await screen.findByRole("dialog"));
  await user.selectOptions(dialog.getByRole("combobox", { name: "Open tickets" }), "team");
  await user.click(dialog.getByRole("button", { name: "Save" }));
  await waitFor(() => {
    const body = api.calls.find((call) => call.method === "PATCH" && call.url === "absences/1");
    expect(body?.body).toEqual({ open_tickets: "team", version: 1 });
  });
});

test("who is away is listed, and who may enter it is told", async () => {
  renderAt("/desk/settings/absences");
  expect(await screen.findByText("By the sea")).toBeVisible();
  expect(screen.queryByRole("button", { name: "Enter an absence" })).toBeNull();
});

test("choosing an assignee tells until when somebody is away", async () => {
  const api = createFakeApi();
  const away = staff.find((person) => person.id !== me.person.id);
  const items = staff.map((one) =>
    one === away ? { ...one, absent_until: "2099-12-20T08:00:00Z" } : one,
  );
  api.overrides.set("GET people", () => json({ items, next_cursor: null }));
  const { user } = renderAt("/desk/tickets/4187", api);
  await screen.findByRole("textbox", { name: "Write a reply" });
  await user.keyboard("a");
  const option = await screen.findByRole("option", {
    name: new RegExp(String(away?.name)),
    hidden: true,
  });
  expect(option).toHaveTextContent(/Away until .*2099/);
});
