import { screen, waitFor, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { compared, comparisons, says } from "@/features/search/searchState";
import { me } from "./fake/people";
import { createFakeApi, json } from "./fake/server";
import { view } from "./fake/views";
import { createWindow } from "./fake/window";
import { renderAt } from "./render";

const found = (calls: readonly { url: string }[]) =>
  calls.filter(({ url }) => url.startsWith("search?")).map(({ url }) => url);

test("what holds the words stands kind by kind, with the words marked", async () => {
  renderAt("/desk/search?q=lisbon");
  const tickets = within(await screen.findByRole("region", { name: "Tickets" }));
  const hit = tickets.getByRole("link", { name: /VPN drops every 20 minutes/ });
  expect(hit.querySelector("mark")).toHaveTextContent(/lisbon/i);
  expect(screen.getByRole("status")).toHaveTextContent(/result/);
});

test("a corrected word is said before what was found", async () => {
  renderAt("/desk/search?q=lisbom");
  expect(await screen.findByText(/Results for “lisbon”; nothing holds “lisbom”/)).toBeVisible();
});

test("a kind and a comparison narrow the search, and the address says so", async () => {
  const api = createFakeApi();
  const { user } = renderAt("/desk/search?q=vpn", api);
  await screen.findByRole("region", { name: "Tickets" });
  await user.click(screen.getByRole("button", { name: "Files" }));
  await waitFor(() => expect(found(api.calls).at(-1)).toContain("kinds=attachments"));
  await user.click(screen.getByRole("button", { name: "Open" }));
  await waitFor(() => expect(found(api.calls).at(-1)).toContain("category%3Aopen"));
  expect(screen.getByRole("searchbox")).toHaveValue("vpn category:open");
});

test("arrow keys go from hit to hit", async () => {
  const { user } = renderAt("/desk/search?q=e");
  const links = within(await screen.findByRole("region", { name: "Tickets" })).getAllByRole("link");
  links[0]?.focus();
  await user.keyboard("{ArrowDown}");
  expect(links[1]).toHaveFocus();
  await user.keyboard("{ArrowUp}");
  expect(links[0]).toHaveFocus();
});

test("recent searches are this person's in this browser, and can be forgotten", async () => {
  const { user } = renderAt("/desk/tickets");
  await screen.findByText("Payroll export stops at employee 412");
  await user.keyboard("/");
  await user.type(await screen.findByRole("combobox", { name: "Command palette" }), "nordlys");
  expect(await screen.findByRole("option", { name: /Nordlys Shipping/ })).toBeVisible();
  await user.click(await screen.findByRole("option", { name: /Search everything/ }));
  const box = await screen.findByRole("searchbox");
  expect(box).toHaveValue("nordlys");
  await user.click(screen.getByRole("button", { name: "Clear the search" }));
  const recent = within(await screen.findByRole("region", { name: "Recent searches" }));
  expect(recent.getByRole("button", { name: "nordlys" })).toBeVisible();
  await user.click(recent.getByRole("button", { name: "Forget them" }));
  expect(await screen.findByText("Find anything by a word of it")).toBeVisible();
});

test("a comparison takes the place of another of its group, and goes as it came", () => {
  const [fresh, open] = comparisons.status;
  const once = compared("vpn", comparisons.status, fresh);
  expect(once).toBe(`vpn ${fresh}`);
  const other = compared(once, comparisons.status, open);
  expect(other).toBe(`vpn ${open}`);
  expect(says(other, open)).toBe(true);
  expect(compared(other, comparisons.status, open)).toBe("vpn");
});

test("a search is saved as a view of one's own by one click, and stands beside the recent ones", async () => {
  const api = createFakeApi();
  const own = view(61, "vpn category:open", {
    scope: "personal",
    owner_id: 1,
    text: "vpn category:open",
  });
  const saved: (typeof own)[] = [];
  const permissions = [...me.permissions, "view:edit"];
  api.overrides.set("GET me", () => json({ ...me, permissions }));
  api.overrides.set("GET views", () => json({ items: [view(60, "Everybody's"), ...saved] }));
  api.overrides.set("POST views", () => {
    saved.push(own);
    return json(own, 201, { "X-Change-Id": "77" });
  });
  const { user } = renderAt("/desk/search?q=vpn%20category:open", api);
  await user.click(await screen.findByRole("button", { name: "Save as view" }));
  expect(api.calls.find(({ method, url }) => method === "POST" && url === "views")?.body).toEqual({
    name: "vpn category:open",
    text: "vpn category:open",
    scope: "personal",
    editors: "owner",
    sort: "-updated_at",
    grouped: false,
    group_by: "category",
  });
  await waitFor(() => expect(screen.queryByRole("button", { name: "Save as view" })).toBeNull());
  await user.click(screen.getByRole("button", { name: "Clear the search" }));
  const list = within(await screen.findByRole("region", { name: "Saved searches" }));
  expect(list.queryByText("Everybody's")).toBeNull();
  expect(list.getByRole("link", { name: "Open the view vpn category:open" })).toHaveAttribute(
    "href",
    "/desk/tickets?view=61",
  );
  await user.click(list.getByRole("button", { name: "vpn category:open" }));
  expect(screen.getByRole("searchbox")).toHaveValue("vpn category:open");
});

test("on a phone the comparisons open below the choices and narrow the search", async () => {
  createWindow(360);
  const api = createFakeApi();
  const { user } = renderAt("/desk/search?q=vpn", api);
  await screen.findByRole("region", { name: "Tickets" });
  expect(screen.queryByRole("button", { name: "Open" })).toBeNull();
  await user.click(screen.getByRole("button", { name: "Narrow down" }));
  await user.click(screen.getByRole("button", { name: "Open" }));
  await waitFor(() => expect(found(api.calls).at(-1)).toContain("category%3Aopen"));
});

test("a contact is found by a phone, which leads to their page", async () => {
  const api = createFakeApi();
  const [ines] = (await (await api.handle(new Request("http://x/api/v1/contacts"))).json()).items;
  const part = (text: string, marked = false) => ({ text, marked });
  const nothing = { items: [], next_cursor: null };
  api.overrides.set("GET search", () =>
    json({
      corrected: null,
      tickets: nothing,
      organizations: nothing,
      attachments: nothing,
      contacts: {
        items: [
          {
            id: ines.id,
            name: [part(ines.name)],
            emails: [],
            phones: [[part("+351 "), part("21 555", true)]],
            organization: null,
          },
        ],
        next_cursor: "more",
      },
    }),
  );
  renderAt("/desk/search?q=021%20555", api);
  const contacts = within(await screen.findByRole("region", { name: "Contacts" }));
  const hit = contacts.getByRole("link", { name: new RegExp(ines.name) });
  expect(hit).toHaveAttribute("href", `/desk/contacts/${ines.id}`);
  expect(hit.querySelector("mark")).toHaveTextContent("21 555");
  expect(screen.getByRole("status")).toHaveTextContent("The first result");
});
