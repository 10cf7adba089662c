import { screen, waitFor, within } from "@testing-library/react";
import { beforeEach, expect, test, vi } from "vitest";
import { me } from "./fake/people";
import { mailbox, notSetUp, receiving, settings } from "./fake/receiving";
import { createFakeApi, type FakeApi, json, problem } from "./fake/server";
import { renderAt } from "./render";

const PAGE = "/desk/settings/mailboxes/1";
let api: FakeApi;

beforeEach(() => {
  api = createFakeApi();
  const permissions = ["settings:mailboxes:edit"];
  api.overrides.set("GET me", () => json({ ...me, permissions }));
});

const form = async () => within(await screen.findByRole("form", { name: "Receiving by IMAP" }));
const sentTo = (method: string, url: string) =>
  api.calls.filter((call) => call.method === method && call.url === url);

test("a mailbox without a server is filled in by a guess, tested, and saved", async () => {
  api.overrides.set("GET mailboxes/1/receiving", () => json(notSetUp));
  api.overrides.set("PUT mailboxes/1/receiving", () => json(settings, 200, { "X-Change-Id": "9" }));
  const { user } = renderAt(PAGE, api);
  const fields = await form();
  expect(fields.getByRole("textbox", { name: "Server" })).toHaveValue("imap.halvorsen.example");
  expect(fields.getByText(/the domain itself names it/)).toBeVisible();
  await user.type(fields.getByLabelText("Password"), "not the one");
  await user.click(fields.getByRole("button", { name: "Test the connection" }));
  const steps = within(await fields.findByRole("status", { name: "Result of the test" }));
  expect(steps.getAllByRole("img", { name: "Passed" })).toHaveLength(3);
  expect(steps.getByRole("img", { name: "Failed" })).toBeVisible();
  expect(steps.getByText(/does not let it@ in/)).toBeVisible();
  expect(sentTo("PUT", "mailboxes/1/receiving")).toHaveLength(0);
  await user.click(fields.getByRole("button", { name: "Save" }));
  await waitFor(() => expect(sentTo("PUT", "mailboxes/1/receiving")).toHaveLength(1));
  expect(sentTo("PUT", "mailboxes/1/receiving")[0]?.body).toMatchObject({
    host: "imap.halvorsen.example",
    username: "it@halvorsen.example",
    password: "not the one",
  });
  expect(await screen.findByText("Receiving saved")).toBeVisible();
});

test("what is stored is shown without a password, and a change carries the version", async () => {
  api.overrides.set("PUT mailboxes/1/receiving", () => json(settings));
  const { user } = renderAt(PAGE, api);
  const fields = await form();
  expect(fields.getByLabelText("Password")).toHaveValue("");
  expect(fields.getByText(/A password is stored, encrypted/)).toBeVisible();
  expect(fields.getByRole("button", { name: "Save" })).toBeDisabled();
  await user.selectOptions(
    fields.getByRole("combobox", { name: "After a mail was fetched" }),
    "Move it to a folder there",
  );
  await user.type(fields.getByRole("textbox", { name: "Move to" }), "Done");
  await user.click(fields.getByRole("button", { name: "Save" }));
  await waitFor(() => expect(sentTo("PUT", "mailboxes/1/receiving")).toHaveLength(1));
  const body = sentTo("PUT", "mailboxes/1/receiving")[0]?.body;
  expect(body).toMatchObject({ afterwards: "move", move_to: "Done", version: settings.version });
  expect(body).not.toHaveProperty("password");
});

test("how fetching does, what could not be taken and the log are told in words", async () => {
  renderAt(PAGE, api);
  expect(await screen.findByText(/INBOX holds 212 mails/)).toBeVisible();
  expect(screen.getByText(/Mail 77 is on the server/)).toBeVisible();
  const log = within(await screen.findByRole("list", { name: "Log" }));
  expect(log.getByText("Fetched 3 mails.")).toBeVisible();
});

test("a refusal of the server lands at the field it names", async () => {
  api.overrides.set("PUT mailboxes/1/receiving", () =>
    problem(422, "validation_failed", "No.", {
      errors: [{ field: "password", message: "enter it again" }],
    }),
  );
  const { user } = renderAt(PAGE, api);
  const fields = await form();
  await user.type(fields.getByRole("textbox", { name: "Server" }), ".org");
  await user.click(fields.getByRole("button", { name: "Save" }));
  expect(await fields.findByText("enter it again")).toBeVisible();
});

test("OAuth2 shows the way back and leads to the provider once it is saved", async () => {
  const client = { sign_in: "oauth2" as const, client_id: "abc", token_url: "https://p.example/t" };
  const oauth = { ...settings, ...client, authorize_url: "https://p.example/a" };
  api.overrides.set("GET mailboxes/1/receiving", () => json({ ...receiving, settings: oauth }));
  api.overrides.set("POST mailboxes/1/receiving/consent", () =>
    problem(422, "provider_refused", "The provider gave no access."),
  );
  const { user } = renderAt(PAGE, api);
  const fields = await form();
  expect(fields.getByText(receiving.redirect_uri)).toBeVisible();
  await user.click(fields.getByRole("button", { name: "Sign in at the provider" }));
  expect(await screen.findByText("The provider gave no access.")).toBeVisible();
});

test("what a provider sends back is taken in once and leads to the mailbox", async () => {
  const taken = vi.fn(() => json({ mailbox_id: 1 }));
  api.overrides.set("POST mailboxes/consents", taken);
  renderAt("/desk/settings/mailboxes/consent?code=0123456789012345678901&state=abc", api);
  expect(await screen.findByRole("heading", { name: mailbox.address })).toBeVisible();
  expect(taken).toHaveBeenCalledTimes(1);
  expect(sentTo("POST", "mailboxes/consents")[0]?.body).toEqual({
    code: "0123456789012345678901",
    state: "abc",
  });
});

test("a provider that refuses is quoted", async () => {
  renderAt("/desk/settings/mailboxes/consent?error=access_denied", api);
  expect(await screen.findByText("access_denied")).toBeVisible();
  expect(sentTo("POST", "mailboxes/consents")).toHaveLength(0);
});

test("DNS is checked when asked for, with the record to add", async () => {
  const { user } = renderAt(PAGE, api);
  const card = within(await screen.findByRole("region", { name: "DNS of the domain" }));
  expect(sentTo("GET", "mailboxes/1/dns")).toHaveLength(0);
  await user.click(card.getByRole("button", { name: "Check" }));
  expect(await card.findByText("v=spf1 mx a:relay.halvorsen.example ~all")).toBeVisible();
  expect(card.getByText("Add this TXT record for halvorsen.example:")).toBeVisible();
});

test("a mail to itself is watched until it arrives", async () => {
  const { user } = renderAt(PAGE, api);
  const card = within(await screen.findByRole("region", { name: "Self-test" }));
  await user.click(card.getByRole("button", { name: "Start the test" }));
  expect(await card.findByText("It waits in the outbox for its turn.")).toBeVisible();
  api.overrides.set("GET mailboxes/1/self-test", () =>
    json({
      stage: "arrived",
      words: "It left and came back in 4 s: both directions work.",
      started_at: "2026-11-22T09:00:00Z",
      seconds: 4,
    }),
  );
  expect(await card.findByText(/both directions work\.$/)).toBeVisible();
});
