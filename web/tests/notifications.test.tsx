import { screen, waitFor, within } from "@testing-library/react";
import { afterEach, expect, test } from "vitest";
import type { components } from "@/api/generated/schema";
import { inboxCount } from "@/lib/inboxCount";
import { me, staff } from "./fake/people";
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
      muted: false,
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
    [
      "mentioned",
      "assigned",
      "reminder",
      "checklist",
      "replied",
      "team",
      "unassigned",
      "followed",
    ].map((reason) => [
      reason,
      { desk: true, mail: reason === "mentioned", push: false, frequency: "at_once" },
    ]),
  ),
  quiet: { begin: "18:30:00", end: "07:30:00", zone: "Europe/Lisbon" },
  digest: { at: "08:00:00", zone: "Europe/Lisbon" },
  push_content: true,
  in_absence: "hold",
  absent_until: null as string | null,
  version: 1,
};

const browsers = {
  public_key: "BKey",
  items: [
    {
      id: 5,
      name: "Chrome on Android",
      created_at: "2026-03-01T09:00:00Z",
      last_used_at: null,
      signed_in: false,
      current: false,
    },
  ],
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
  api.overrides.set("PATCH notifications/settings", () =>
    Response.json(settings, { headers: { "X-Change-Id": "77" } }),
  );
  api.overrides.set("GET notifications/browsers", () => Response.json(browsers));
  for (const method of ["PUT", "DELETE"] as const)
    api.overrides.set(
      `${method} tickets/${NUMBER}/mute`,
      () => new Response(null, { status: 204 }),
    );
  api.overrides.set(`GET tickets/${NUMBER}/followers`, () =>
    Response.json({
      items: followed ? [{ id: me.person.id, name: me.person.name }] : [],
      me: followed,
    }),
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
  expect(screen.getByText("Mail and push wait from 18:30 to 07:30 (Europe/Lisbon)")).toBeVisible();
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
      reasons: { assigned: { mail: true } },
    }),
  );
  await user.click(screen.getByRole("switch", { name: "Hold mail and push back every day" }));
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
  const panel = within(await screen.findByRole("region", { name: "Followers" }));
  expect(await panel.findByText(me.person.name)).toBeVisible();
  await user.keyboard("f");
  await screen.findByText(`You no longer follow ticket #${NUMBER}`);
});

test("why something came is said, with three choices that change it on the spot", async () => {
  const api = createInbox();
  const { user } = renderAt("/desk/notifications", api);
  const ticket = await screen.findByRole("article");
  const [why] = within(ticket).getAllByRole("button", { name: "Why do I get this?" });
  if (!why) throw new Error("no button");
  await user.click(why);
  const said = within(await screen.findByRole("dialog", { hidden: true }));
  expect(said.getByText(/A note mentions you or your team: in the desk, by mail/)).toBeTruthy();
  expect(said.getAllByRole("radio", { hidden: true })).toHaveLength(3);
  await user.click(said.getByRole("radio", { name: "In the desk only", hidden: true }));
  await user.click(said.getByRole("button", { name: "Change", hidden: true }));
  await waitFor(() =>
    expect(asked(api, "PATCH", "notifications/settings")[0]?.body).toEqual({
      reasons: { mentioned: { desk: true, mail: false, push: false } },
    }),
  );
  // The choice is a change with an undo.
  expect(await screen.findByRole("button", { name: /Undo/ })).toBeVisible();
});

test("a ticket is muted where it told something, and tells again", async () => {
  const api = createInbox();
  const { user } = renderAt("/desk/notifications", api);
  const ticket = await screen.findByRole("article");
  const [why] = within(ticket).getAllByRole("button", { name: "Why do I get this?" });
  if (!why) throw new Error("no button");
  await user.click(why);
  const said = within(await screen.findByRole("dialog", { hidden: true }));
  await user.click(
    said.getByRole("radio", { name: /Nothing more from this ticket/, hidden: true }),
  );
  await user.click(said.getByRole("button", { name: "Change", hidden: true }));
  await waitFor(() => expect(asked(api, "PUT", `tickets/${NUMBER}/mute`)).toHaveLength(1));
  await screen.findByText(`#${NUMBER} is muted until it is resolved`);
  await user.click(screen.getByRole("button", { name: "Undo" }));
  await waitFor(() => expect(asked(api, "DELETE", `tickets/${NUMBER}/mute`)).toHaveLength(1));
});

test("mail of a reason is gathered, and the time of the daily one is chosen", async () => {
  const api = createInbox();
  const daily = structuredClone(settings);
  Object.assign(daily.reasons.mentioned ?? {}, { frequency: "daily" });
  api.overrides.set("GET notifications/settings", () => Response.json(daily));
  api.overrides.set("PATCH notifications/settings", () => Response.json(daily));
  const { user } = renderAt("/desk/settings/notifications", api);
  const often = await screen.findByRole("combobox", {
    name: "A note mentions you or your team: when its mail leaves",
  });
  expect(often).toHaveValue("daily");
  await user.selectOptions(often, "hourly");
  const at = screen.getByLabelText("At");
  await user.clear(at);
  await user.type(at, "06:15");
  await user.tab();
  await waitFor(() =>
    expect(asked(api, "PATCH", "notifications/settings").map(({ body }) => body)).toEqual([
      { reasons: { mentioned: { frequency: "hourly" } } },
      { digest: { at: "06:15", zone: "Europe/Lisbon" } },
    ]),
  );
});

test("what waits in an absence is said, and chosen", async () => {
  const api = createInbox();
  const until = "2099-12-20T08:00:00Z";
  api.overrides.set("GET notifications/settings", () =>
    Response.json({ ...settings, absent_until: until }),
  );
  const { user, router } = renderAt("/desk/notifications", api);
  expect(await screen.findByText(/You are away until .*2099.* come as one summary/)).toBeVisible();
  await router.navigate({ to: "/desk/settings/notifications" });
  await user.selectOptions(
    await screen.findByRole("combobox", { name: "Mail and push" }),
    "deputy",
  );
  await waitFor(() =>
    expect(asked(api, "PATCH", "notifications/settings")[0]?.body).toEqual({
      in_absence: "deputy",
    }),
  );
});

test("the browsers that are told are listed and removed; one that cannot says so", async () => {
  const api = createInbox();
  api.overrides.set("DELETE notifications/browsers/5", () => new Response(null, { status: 204 }));
  const { user } = renderAt("/desk/settings/notifications", api);
  const card = within(await screen.findByRole("region", { name: "Push to browsers" }));
  expect(card.getByText(/This browser cannot show notifications/)).toBeVisible();
  expect(await card.findByText("Signed out there: nothing is sent")).toBeVisible();
  await user.click(card.getByRole("button", { name: "Remove Chrome on Android" }));
  await waitFor(() => expect(asked(api, "DELETE", "notifications/browsers/5")).toHaveLength(1));
});

test("colleagues are let follow a ticket beside it, and no longer", async () => {
  const api = createInbox();
  const other = staff.find((person) => person.id !== me.person.id);
  if (!other) throw new Error("no colleague");
  let items = [{ id: me.person.id, name: me.person.name }];
  api.overrides.set(`GET tickets/${NUMBER}/followers`, () => Response.json({ items, me: true }));
  const path = `tickets/${NUMBER}/followers/${other.id}`;
  api.overrides.set(`PUT ${path}`, () => {
    items = [...items, { id: other.id, name: other.name }];
    return new Response(null, { status: 204, headers: { "X-Change-Id": "78" } });
  });
  api.overrides.set(`DELETE ${path}`, () => new Response(null, { status: 204 }));
  const { user } = renderAt(`/desk/tickets/${NUMBER}`, api);
  const panel = within(await screen.findByRole("region", { name: "Followers" }));
  expect(await panel.findByText(me.person.name)).toBeVisible();
  await user.click(panel.getByRole("button", { name: "Let a colleague follow" }));
  await user.click(await screen.findByRole("option", { name: other.name, hidden: true }));
  await screen.findByText(`${other.name} follows this ticket`);
  await user.click(
    await panel.findByRole("button", { name: `Let ${other.name} no longer follow` }),
  );
  await waitFor(() => expect(asked(api, "DELETE", path)).toHaveLength(1));
});

test("giving a ticket to somebody who is away says so beside the undo", async () => {
  const api = createInbox();
  const text = "Ann is away until 2099-12-20.";
  const notices = [
    { code: "tickets.assignee_absent", parameters: { name: "Ann", until: "2099-12-20" }, text },
  ];
  api.overrides.set(`PATCH tickets/${NUMBER}`, () => {
    const ticket = api.tickets.find(({ number }) => number === NUMBER);
    return Response.json({ ...ticket, notices }, { headers: { "X-Change-Id": "79" } });
  });
  const { user } = renderAt(`/desk/tickets/${NUMBER}`, api);
  await screen.findByRole("textbox", { name: "Write a reply" });
  await user.keyboard("a");
  const held = api.tickets.find(({ number }) => number === NUMBER)?.assignee?.id;
  const other = staff.find(({ id }) => id !== me.person.id && id !== held);
  await user.click(
    await screen.findByRole("option", { name: new RegExp(other?.name ?? ""), hidden: true }),
  );
  expect(await screen.findByText(new RegExp(text))).toBeVisible();
});
