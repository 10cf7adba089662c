import { screen, waitFor, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { compared, comparisons, says } from "@/features/search/searchState";
import { createFakeApi } from "./fake/server";
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
