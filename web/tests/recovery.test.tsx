import { screen, waitFor, within } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import { asProblem, isPassing, ProblemError } from "@/api/problem";
import { toast } from "@/lib/toast";
import { createFakeApi, problem } from "./fake/server";
import { renderAt } from "./render";

vi.mock("@/lib/autoRetry", async (original) => ({
  ...(await original<typeof import("@/lib/autoRetry")>()),
  AUTO_RETRY_MS: 50,
}));

const TICKET = "/desk/tickets/4187";
const silence = () => Promise.reject(new TypeError("Failed to fetch"));
const ended = () => problem(401, "not_signed_in", "Sign in first.");
const reply = () => screen.findByRole("textbox", { name: "Write a reply" });

test("a screen that found no server comes back by itself", async () => {
  const api = createFakeApi();
  api.overrides.set("GET tickets/4187", silence);
  renderAt(TICKET, api);
  expect(await screen.findByText("The server cannot be reached")).toBeVisible();
  expect(screen.getByText(/tries again every few seconds/)).toBeVisible();
  api.overrides.clear();
  expect(await screen.findByRole("log", { name: "Thread" })).toBeVisible();
});

test("a page opened while no server answers comes back by itself", async () => {
  const api = createFakeApi();
  api.overrides.set("GET me", silence);
  renderAt("/desk/tickets", api);
  expect(await screen.findByText("The server cannot be reached")).toBeVisible();
  api.overrides.clear();
  window.dispatchEvent(new Event("online"));
  expect(await screen.findByRole("region", { name: "Tickets" })).toBeVisible();
});

test("what was shown before the outage is renewed after it", async () => {
  const api = createFakeApi();
  const { queryClient } = renderAt(TICKET, api);
  await screen.findByRole("log", { name: "Thread" });
  api.overrides.set("GET tickets/4187", () => problem(503, "unavailable", "The server rests."));
  const ticket = api.tickets.find((one) => one.number === 4187);
  if (ticket) ticket.subject = "Renewed";
  await queryClient.refetchQueries({ queryKey: ["ticket", 4187], exact: true });
  expect(screen.getByRole("log", { name: "Thread" })).toBeVisible();
  api.overrides.clear();
  expect(await screen.findByRole("button", { name: "Renewed" })).toBeVisible();
});

test("a refusal is not asked again, and a fault of ours is not called an outage", async () => {
  const api = createFakeApi();
  api.overrides.set("GET tickets/4187", () => problem(500, "internal_error", "This is a fault."));
  renderAt(TICKET, api);
  const alert = await screen.findByRole("alert");
  expect(alert).toHaveTextContent("This is a fault.");
  expect(alert).not.toHaveTextContent("by itself");
  const asked = api.calls.filter((call) => call.url === "tickets/4187").length;
  await new Promise((resume) => setTimeout(resume, 300));
  expect(api.calls.filter((call) => call.url === "tickets/4187")).toHaveLength(asked);
  expect(isPassing(asProblem(new TypeError("x is undefined")))).toBe(false);
  expect(asProblem(new TypeError("x is undefined")).code).toBe("unexpected");
});

test("a session that has ended is begun again in place, and the draft survives it", async () => {
  const api = createFakeApi();
  const { user, queryClient, router } = renderAt(TICKET, api);
  await user.type(await reply(), "Half a thought");
  api.overrides.set("GET tickets/4187", ended);
  await queryClient.invalidateQueries({ queryKey: ["ticket", 4187] });
  const dialog = within(await screen.findByRole("dialog", { name: "Your session has ended" }));
  api.overrides.set("POST session", () => problem(401, "sign_in_failed", "The password is wrong."));
  await user.type(dialog.getByLabelText("Password"), "not this one{Enter}");
  expect(await dialog.findByText("The password is wrong.")).toBeVisible();
  api.overrides.clear();
  await user.clear(dialog.getByLabelText("Password"));
  await user.type(dialog.getByLabelText("Password"), "secret-enough{Enter}");
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  expect(await reply()).toHaveValue("Half a thought");
  expect(router.state.location.pathname).toBe(TICKET);
  const signIns = api.calls.filter((call) => call.method === "POST" && call.url === "session");
  expect(signIns.at(-1)?.body).toMatchObject({ password: "secret-enough" });
});

test("a reply refused for the ended session is kept and sent after the sign-in", async () => {
  const api = createFakeApi();
  const { user } = renderAt(TICKET, api);
  api.overrides.set("POST tickets/4187/messages", ended);
  await user.type(await reply(), "Important{Control>}{Enter}{/Control}");
  const dialog = within(await screen.findByRole("dialog", { name: "Your session has ended" }));
  api.overrides.clear();
  await user.type(dialog.getByLabelText("Password"), "secret-enough{Enter}");
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  await user.type(await reply(), "{Control>}{Enter}{/Control}");
  expect(await screen.findByText(/Reply held for/)).toBeVisible();
});

test("what is refused for the ended session is said by the sign-in alone", async () => {
  const api = createFakeApi();
  const { user } = renderAt(TICKET, api);
  await reply();
  api.overrides.set("PATCH tickets/4187", ended);
  await user.keyboard("e");
  const dialog = within(await screen.findByRole("dialog", { name: "Your session has ended" }));
  await waitFor(() => expect(api.calls.some((call) => call.method === "PATCH")).toBe(true));
  await user.type(dialog.getByLabelText("Password"), "secret-enough");
  expect(toast.current()).toBeNull();
  api.overrides.clear();
  await user.keyboard("{Enter}");
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
});

test("signing out asks nobody to sign in again", async () => {
  const leave = vi.spyOn(window.location, "assign").mockImplementation(() => {});
  const api = createFakeApi();
  api.overrides.set("DELETE session", () => new Response(null, { status: 204 }));
  const { user, queryClient } = renderAt("/desk/tickets", api);
  await user.click(await screen.findByRole("button", { name: /your menu$/ }));
  await user.click(await screen.findByRole("menuitem", { name: "Sign out", hidden: true }));
  await waitFor(() => expect(leave).toHaveBeenCalledWith("/sign-in"));
  api.overrides.set("GET tickets/counts", ended);
  await queryClient.invalidateQueries({ queryKey: ["tickets", "counts"] });
  expect(screen.queryByRole("dialog")).toBeNull();
});

test("only silence and what passes is waited for", () => {
  const of = (status: number) =>
    isPassing(
      new ProblemError({ type: "", title: "", status, parameters: {}, code: "x", detail: "" }),
    );
  expect([0, 502, 503, 504].map(of)).toEqual([true, true, true, true]);
  expect([400, 401, 404, 412, 500].map(of)).toEqual([false, false, false, false, false]);
});
