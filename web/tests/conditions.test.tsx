import { screen, waitFor, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { createFakeApi, problem } from "./fake/server";
import { renderAt } from "./render";

const WAIT = { timeout: 20_000 };
const box = () => screen.findByRole("combobox", { name: "Search in this view" }, WAIT);
// Nothing has a place here, so the list of options is taken for one that was scrolled away.
const option = (name: string | RegExp) => screen.findByRole("option", { name, hidden: true }, WAIT);
const searchOf = (router: ReturnType<typeof renderAt>["router"]) => router.state.location.search;

test("fields and then values are completed by keys, and a plain condition becomes a chip", async () => {
  const { user, router } = renderAt("/desk/tickets");
  const field = await box();
  await user.type(field, "sta");
  expect(await option(/^status: *Status$/)).toBeInTheDocument();
  expect(field).toHaveAttribute("aria-expanded", "true");
  await user.keyboard("{ArrowDown}{Enter}");
  expect(field).toHaveValue("status:");
  await option("open");
  await user.keyboard("{ArrowDown}{Enter}");
  await waitFor(() => expect(searchOf(router)).toMatchObject({ status: "open" }), WAIT);
  expect(searchOf(router)).not.toHaveProperty("q");
  expect(field).toHaveValue("status:open ");
  expect(screen.getByRole("button", { name: "Remove the filter Status" })).toBeVisible();
}, 60_000);

test("what a chip cannot say stays text, is asked for with the zone, and goes with the chips", async () => {
  const { api, user, router } = renderAt("/desk/tickets?priority=urgent");
  const field = await box();
  expect(field).toHaveValue("priority:urgent");
  await user.type(field, " -tag:vpn{Enter}");
  await waitFor(
    () => expect(searchOf(router)).toMatchObject({ priority: "urgent", q: "-tag:vpn" }),
    WAIT,
  );
  await waitFor(() => {
    const asked = api.calls.map(({ url }) => decodeURIComponent(url));
    expect(asked.some((url) => url.includes("q=-tag:vpn") && url.includes("zone="))).toBe(true);
  }, WAIT);
  await user.click(screen.getByRole("button", { name: "Remove the filter Priority" }));
  await waitFor(() => expect(field).toHaveValue("-tag:vpn"), WAIT);
}, 60_000);

test("an error stands under the box with its place marked, and the nearest name mends it", async () => {
  const api = createFakeApi();
  api.overrides.set("GET tickets", () =>
    problem(422, "condition_invalid", "This cannot be searched for: there is no field.", {
      reason: "there is no field “asignee”",
      position: 4,
      length: 7,
      suggestion: "assignee",
    }),
  );
  const { user, router } = renderAt("/desk/tickets?q=vpn+asignee:me", api);
  const alert = await screen.findByRole("alert", {}, WAIT);
  expect(alert).toHaveTextContent("there is no field “asignee”.");
  expect(within(alert).getByText("asignee", { selector: "mark" })).toBeVisible();
  const field = await box();
  expect(field).toBeInvalid();
  expect(field.getAttribute("aria-describedby")).toContain(alert.id);
  expect(screen.queryByRole("button", { name: "Try again" })).toBeNull();
  api.overrides.clear();
  await user.click(within(alert).getByRole("button", { name: "Use assignee" }));
  await waitFor(() => expect(searchOf(router)).toMatchObject({ assignee: "me", q: "vpn" }), WAIT);
  await waitFor(() => expect(field).toBeValid(), WAIT);
}, 60_000);

test("a space that was typed stays while the words before it are searched for", async () => {
  const { user, router } = renderAt("/desk/tickets?view=all");
  const field = await box();
  await user.type(field, "vpn ");
  await waitFor(() => expect(searchOf(router)).toMatchObject({ q: "vpn" }), WAIT);
  expect(field).toHaveValue("vpn ");
}, 60_000);
