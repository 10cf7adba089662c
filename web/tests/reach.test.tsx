import { screen, waitFor, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { createFakeApi } from "./fake/server";
import { renderAt } from "./render";

const list = () => screen.findByRole("region", { name: "Tickets" });
const stops = (inside: HTMLElement) =>
  [...inside.querySelectorAll<HTMLElement>("a[href], button, input, [tabindex]")].filter(
    (element) => element.tabIndex >= 0,
  );
const isIn = (line: string) =>
  document.activeElement?.closest("[data-line]")?.matches(`[data-line="${line}"]`);

test.each([
  ["compact", "the full list"],
  ["cosy", "the full list"],
])("%s: %s is one tab stop, and the arrows, Home and End lead to every line", async (density) => {
  localStorage.setItem("atum.density", density);
  const { user, router } = renderAt("/desk/tickets");
  const region = await list();
  await within(region).findByText("Payroll export stops at employee 412");
  expect(stops(region)).toHaveLength(1);
  stops(region)[0]?.focus();
  expect(isIn("row-4192")).toBe(true);
  await user.keyboard("{ArrowUp}");
  await waitFor(() => expect(isIn("group-new")).toBe(true));
  expect(document.activeElement).toHaveAttribute("aria-expanded", "true");
  expect(stops(region)).toHaveLength(1);
  await user.keyboard("{ArrowDown}{ArrowDown}");
  await waitFor(() => expect(isIn("row-4191")).toBe(true));
  await user.keyboard("{End}");
  await waitFor(() => expect(document.activeElement?.tagName).toBe("A"));
  await user.keyboard("{Home}");
  await waitFor(() => expect(isIn("group-new")).toBe(true));
  await user.keyboard("{ArrowDown}{Enter}");
  await waitFor(() => expect(router.state.location.pathname).toBe("/desk/tickets/4192"));
});

test("what the keys do is done to the row that has the focus", async () => {
  const { user } = renderAt("/desk/tickets");
  const region = await list();
  await within(region).findByText("Payroll export stops at employee 412");
  stops(region)[0]?.focus();
  await user.keyboard("{ArrowDown}");
  await waitFor(() => expect(isIn("row-4191")).toBe(true));
  await user.keyboard("x");
  expect(await screen.findByRole("toolbar", { name: "1 selected" })).toBeVisible();
  expect(within(region).getByRole("checkbox", { name: /4191/ })).toBeChecked();
  await user.keyboard("j");
  await waitFor(() => expect(isIn("row-4191")).toBe(false));
  expect(region.contains(document.activeElement)).toBe(true);
});

test("the list beside a ticket is one tab stop: the open ticket's row", async () => {
  renderAt("/desk/tickets/4191");
  await screen.findByRole("log", { name: "Thread" });
  const region = await list();
  await waitFor(() => expect(stops(region)).toHaveLength(1));
  expect(stops(region)[0]).toHaveAttribute("href", expect.stringContaining("/desk/tickets/4191"));
});

test.each(["compact", "cosy"])("%s: a row says who works on it", async (density) => {
  localStorage.setItem("atum.density", density);
  const api = createFakeApi();
  renderAt("/desk/tickets", api);
  const region = within(await list());
  const assigned = api.tickets.find((one) => one.assignee && one.status.category === "open");
  const row = await region.findByRole("link", { name: new RegExp(assigned?.subject ?? "none") });
  expect(row).toHaveAccessibleName(
    expect.stringContaining(`Assigned to ${assigned?.assignee?.name}`),
  );
  const free = api.tickets.find((one) => !one.assignee && one.status.category === "new");
  const other = region.getByRole("link", { name: new RegExp(free?.subject ?? "none") });
  expect(other).toHaveAccessibleName(expect.stringContaining("Nobody"));
});

/** What is seen of an element as text: neither hidden from nor written only for a screen reader. */
function visibleText(element: Element): string {
  const copy = element.cloneNode(true) as Element;
  for (const unseen of copy.querySelectorAll("[aria-hidden=true], .vh, svg")) unseen.remove();
  return words(copy.textContent ?? "");
}

const words = (text: string) => text.replace(/\s+/g, " ").trim().toLowerCase();

test.each(["/desk/tickets", "/desk/tickets/4187", "/desk/settings/profile", "/desk/outbox", "/"])(
  "%s: what a control is called holds what is written on it (WCAG 2.5.3)",
  async (address) => {
    renderAt(address);
    await waitFor(() => expect(screen.queryAllByRole("button").length).toBeGreaterThan(1));
    await waitFor(() => expect(screen.queryByRole("status", { name: "Loading" })).toBeNull());
    const controls = document.querySelectorAll(
      "button[aria-label], a[aria-label], label [aria-label], summary[aria-label], [role=option][aria-label]",
    );
    const wrong = [...controls].flatMap((control) => {
      const name = words(control.getAttribute("aria-label") ?? "");
      const seen = visibleText(control.closest("label") ?? control);
      return name.includes(seen) ? [] : [`"${seen}" is called "${name}"`];
    });
    expect(wrong).toEqual([]);
    // A key drawn on a control is no part of what it is called.
    expect(
      document.querySelectorAll("button kbd:not([aria-hidden]), a kbd:not([aria-hidden])"),
    ).toHaveLength(0);
  },
);

test.each(["a", "s", "t", "l"])("the choices that %s opens have a name", async (key) => {
  const { user } = renderAt("/desk/tickets/4187");
  await screen.findByRole("textbox", { name: "Write a reply" });
  await user.keyboard(key);
  // Drawn in a layer that the test's page does not lay out.
  const choices = await screen.findByRole("listbox", { hidden: true });
  expect(choices).toHaveAccessibleName();
  // Nothing to choose is told outside of the list: a list has to have options.
  await user.keyboard("zzzzz");
  if (key === "l") return;
  await screen.findByText("Nothing matches");
  expect(choices).toHaveAttribute("hidden");
});

test("the contacts offered to a line of recipients have its name", async () => {
  const { user } = renderAt("/desk/tickets/4187");
  await user.type(await screen.findByRole("textbox", { name: "Add to To" }), "a");
  expect(await screen.findByRole("listbox", { hidden: true })).toHaveAccessibleName("To");
});
