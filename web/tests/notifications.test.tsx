import { screen, waitFor, within } from "@testing-library/react";
import { afterEach, expect, test } from "vitest";
import type { components } from "@/api/generated/schema";
import { inboxCount } from "@/lib/inboxCount";
import { createFakeApi } from "./fake/server";
import { renderAt } from "./render";

type Schemas = components["schemas"];
const NUMBER = 4187;

const item = (id: number, more: Partial<Schemas["NotificationItem"]>) => ({
  id,
  reason: "assigned",
  actor: { id: 7, name: "Mina Farouk" },
  change_id: id,
  message_id: null,
  message_kind: null,
  excerpt: null,
  created_at: "2026-03-04T09:00:00Z",
  read: false,
  ...more,
});

const page = (unread: number) => ({
  items: [
    {
      number: NUMBER,
      subject: "VPN drops",
      status: { key: "open", name: "Open", category: "open", color: null },
      unread,
      items: [
        item(2, {
          reason: "mentioned",
          message_kind: "note",
          excerpt: "gateway B",
          read: unread === 0,
        }),
        item(1, { read: true, actor: null }),
      ],
    },
  ],
  unread,
  next_cursor: null,
});

const settings = {
  reasons: Object.fromEntries(
    ["mentioned", "assigned", "replied", "team", "unassigned", "followed"].map((reason) => [
      reason,
      { desk: true, mail: false },
    ]),
  ),
  quiet: { begin: "18:30:00", end: "07:30:00", zone: "Europe/Lisbon" },
  version: 1,
};

function createInbox() {
  const api = createFakeApi();
  let unread = 1;
  let followed = false;
  api.overrides.set("GET notifications", () => Response.json(page(unread)));
  api.overrides.set("GET notifications/settings", () => Response.json(settings));
  for (const [verb, left] of [
    ["read", 0],
    ["unread", 1],
  ] as const)
    api.overrides.set(`POST notifications/${verb}`, () => {
      unread = left;
      return Response.json({ unread });
    });
  api.overrides.set("PATCH notifications/settings", () => Response.json(settings));
  api.overrides.set(`GET tickets/${NUMBER}/followers`, () =>
    Response.json({ items: [], me: followed }),
  );
  for (const [method, follows] of [
    ["PUT", true],
    ["DELETE", false],
  ] as const)
    api.overrides.set(`${method} tickets/${NUMBER}/followers/me`, () => {
      followed = follows;
      return new Response(null, { status: 204 });
    });
  return api;
}

const asked = (api: ReturnType<typeof createFakeApi>, method: string, url: string) =>
  api.calls.filter((call) => call.method === method && call.url === url);

afterEach(() => inboxCount.set(0));

test("what somebody was told stands by ticket, with its reason, and leads to the ticket", async () => {
  const { user, router } = renderAt("/desk/notifications", createInbox());
  const ticket = await screen.findByRole("article", { name: `#${NUMBER} VPN drops` });
  expect(within(ticket).getByText("Mentioned")).toBeVisible();
  expect(within(ticket).getByText("“gateway B”")).toBeVisible();
  // The system gave it: no name is made up.
  expect(within(ticket).getByText("The desk")).toBeVisible();
  expect(within(ticket).getAllByRole("img", { name: "Unread" })).toHaveLength(1);
  expect(screen.getByText("Mail waits from 18:30 to 07:30 (Europe/Lisbon)")).toBeVisible();
  expect(screen.getByRole("link", { name: "Notifications, one unread" })).toBeVisible();
  await user.click(within(ticket).getByRole("link", { name: /VPN drops/ }));
  await waitFor(() => expect(router.state.location.pathname).toBe(`/desk/tickets/${NUMBER}`));
});

test("a ticket is marked by its key, and everything by a button", async () => {
  const api = createInbox();
  const { user } = renderAt("/desk/notifications", api);
  await screen.findByRole("article");
  await user.keyboard("je");
  await waitFor(() =>
    expect(asked(api, "POST", "notifications/read")[0]?.body).toMatchObject({ tickets: [NUMBER] }),
  );
  await screen.findByRole("button", { name: "Mark unread" });
  await user.keyboard("u");
  await screen.findByRole("button", { name: "Mark read" });
  await user.click(screen.getByRole("button", { name: "Mark all read" }));
  await waitFor(() =>
    expect(asked(api, "POST", "notifications/read")[1]?.body).toMatchObject({ all: true }),
  );
});

test("each reason is chosen alone", async () => {
  const api = createInbox();
  const { user } = renderAt("/desk/settings/notifications", api);
  await user.click(
    await screen.findByRole("checkbox", { name: "A ticket is given to you: By mail" }),
  );
  await waitFor(() =>
    expect(asked(api, "PATCH", "notifications/settings")[0]?.body).toEqual({
      reasons: { assigned: { desk: true, mail: true } },
    }),
  );
  await user.click(screen.getByRole("switch", { name: "Hold mail back every day" }));
  await waitFor(() =>
    expect(asked(api, "PATCH", "notifications/settings")[1]?.body).toEqual({ quiet: null }),
  );
});

test("a ticket is followed by its key, and no longer by the same", async () => {
  const api = createInbox();
  const { user } = renderAt(`/desk/tickets/${NUMBER}`, api);
  await screen.findByRole("textbox", { name: "Write a reply" });
  await user.keyboard("f");
  await screen.findByText(`You follow ticket #${NUMBER}`);
  await waitFor(() => expect(asked(api, "GET", `tickets/${NUMBER}/followers`)).not.toEqual([]));
  await waitFor(async () => {
    await user.keyboard("f");
    expect(asked(api, "DELETE", `tickets/${NUMBER}/followers/me`)).not.toEqual([]);
  });
  await screen.findByText(`You no longer follow ticket #${NUMBER}`);
});
