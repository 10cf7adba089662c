import { screen, waitFor, within } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
// Loaded before a test waits for it.
import "@/features/tickets/components/DismissedDialog";
import { me, teams } from "./fake/people";
import { createFakeApi, json, problem } from "./fake/server";
import { createWindow } from "./fake/window";
import { renderAt } from "./render";

// The first screen of a file takes long on a busy machine.
vi.setConfig({ testTimeout: 120_000 });
const patient = { timeout: 40_000 };

afterEach(() => {
  globalThis.dispatchEvent(new Event("pagehide"));
  localStorage.clear();
});

const header = { "X-Change-Id": "77" };

function withNewsletter() {
  const api = createFakeApi();
  const ticket = api.tickets.find((one) => one.number === 4187);
  if (!ticket) throw new Error("the fake lost #4187");
  ticket.automatic = "newsletter";
  api.overrides.set("POST tickets/4187/dismiss", () =>
    json({ status: "cancelled", blocked: null }, 200, header),
  );
  api.overrides.set("GET tickets/4187/origin", () =>
    json({
      automatic: "newsletter",
      address: "news@shop.example",
      domain: "shop.example",
      list_id: "news.shop.example",
      blocked: ["domain"],
    }),
  );
  return api;
}

test("# sends a newsletter away and offers rules for the next; the chosen one refuses its list", async () => {
  const api = withNewsletter();
  api.overrides.set("POST mail/blocks", () =>
    json(
      { id: 1, kind: "list", value: "news.shop.example", created_at: "", created_by: null },
      201,
      header,
    ),
  );
  const { user } = renderAt("/desk/tickets/4187", api);
  await screen.findByRole("button", { name: "Resolve" }, patient);
  await user.keyboard("#");
  const dialog = within(await screen.findByRole("dialog", { name: "And the next one?" }, patient));
  expect(api.calls.find(({ url }) => url === "tickets/4187/dismiss")?.body).toEqual({
    block: null,
  });
  expect(
    await dialog.findByRole("button", { name: "All of shop.example is refused" }, patient),
  ).toBeDisabled();
  await user.click(dialog.getByRole("button", { name: "Refuse the list news.shop.example" }));
  await screen.findByText("news.shop.example is refused from now on", {}, patient);
  expect(api.calls.find(({ url }) => url === "mail/blocks")?.body).toEqual({
    value: "news.shop.example",
    list: true,
  });
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
});

test("! sends spam away with its sender refused, and what the server refuses is told", async () => {
  const api = withNewsletter();
  api.overrides.set("POST tickets/4187/dismiss", () =>
    problem(422, "block_too_wide", "news@shop.example cannot be blocked."),
  );
  const { user } = renderAt("/desk/tickets/4187", api);
  await screen.findByRole("button", { name: "Resolve" }, patient);
  await user.keyboard("!");
  await screen.findByText(/cannot be blocked/, {}, patient);
  expect(api.calls.find(({ url }) => url === "tickets/4187/dismiss")?.body).toEqual({
    block: "address",
  });
  expect(screen.queryByRole("dialog")).toBeNull();
});

test("a list, a newsletter and a program are marked in the list", async () => {
  renderAt("/desk/tickets?view=all_open", withNewsletter());
  expect(await screen.findByRole("img", { name: "Newsletter" }, patient)).toBeVisible();
});

test("on a phone the format bar comes when Aa is pressed", async () => {
  createWindow(390);
  const { user } = renderAt("/desk/tickets/4187", createFakeApi());
  await user.click(await screen.findByRole("button", { name: /^Reply to/ }, patient));
  const composer = await screen.findByRole("region", { name: "Write a reply" }, patient);
  const button = within(composer).getByRole("button", { name: "Formatting" });
  expect(button).toHaveAttribute("aria-pressed", "false");
  expect(composer).not.toHaveAttribute("data-formats");
  await user.click(button);
  expect(composer).toHaveAttribute("data-formats");
  expect(button).toHaveAttribute("aria-pressed", "true");
  createWindow(1440);
});

test("the profile says where one goes after sending, and a team whom a reply assigns", async () => {
  const api = createFakeApi();
  const permissions = [...me.permissions, "people:read", "settings:teams:edit"];
  api.overrides.set("GET me", () => json({ ...me, permissions }));
  api.overrides.set("PATCH me", () =>
    json({ ...me, permissions, settings: { ...me.settings, after_send: "next" } }),
  );
  api.overrides.set(`PATCH teams/${teams[0]?.id}`, () => json(teams[0], 200, header));
  const { user, router } = renderAt("/desk/settings/profile", api);
  const choice = await screen.findByRole("combobox", { name: /When a reply is sent/ }, patient);
  await user.selectOptions(choice, "next");
  await screen.findByText("After sending saved", {}, patient);
  expect(api.calls.find(({ method }) => method === "PATCH")?.body).toEqual({ after_send: "next" });
  await router.navigate({ to: "/desk/settings/teams" });
  await user.click(await screen.findByRole("button", { name: /IT Support/ }, patient));
  const dialog = within(await screen.findByRole("dialog", {}, patient));
  await user.selectOptions(dialog.getByRole("combobox", { name: /A reply assigns/ }), "always");
  await user.click(dialog.getByRole("button", { name: "Save" }));
  await waitFor(
    () =>
      expect(api.calls.find(({ url }) => url === "teams/1")?.body).toMatchObject({
        reply_assigns: "always",
      }),
    patient,
  );
});
