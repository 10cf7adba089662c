import { screen, waitFor, within } from "@testing-library/react";
import { afterEach, expect, test } from "vitest";
import { chooseSignature } from "@/features/tickets/signature/choice";
import { me } from "./fake/people";
import { createFakeApi, json } from "./fake/server";
import { message } from "./fake/tickets";
import { renderAt } from "./render";

const NUMBER = 4187;
const reply = () => screen.findByRole("textbox", { name: "Write a reply" });
const asked = (api: ReturnType<typeof createFakeApi>, method: string, url: string) =>
  api.calls.filter((call) => call.method === method && call.url === url).map((call) => call.body);

/** A ticket whose replies have a signature, which is in this state. */
function signedTicket(state: "signed" | "repeated") {
  const api = createFakeApi();
  const signature = { text: "Yours,\nthe seal team", html: null };
  api.overrides.set(`GET tickets/${NUMBER}/signature`, () => json({ signature, state }));
  return api;
}

afterEach(() => {
  chooseSignature(NUMBER, undefined);
  globalThis.dispatchEvent(new Event("pagehide"));
  localStorage.clear();
});

test("the signature for this very ticket stands below the composer and can be left out", async () => {
  const api = signedTicket("signed");
  const { user } = renderAt(`/desk/tickets/${NUMBER}`, api);
  await user.type(await reply(), "It is plugged in.");
  const shown = within(await screen.findByRole("region", { name: "Signature" }));
  expect(shown.getByText(/the seal team/)).toBeVisible();
  await user.click(shown.getByRole("switch", { name: "Sign this reply" }));
  expect(shown.queryByText(/the seal team/)).toBeNull();
  expect(shown.getByRole("switch", { name: "Without signature" })).not.toBeChecked();
  await user.type(await reply(), "{Control>}{Enter}{/Control}");
  await waitFor(() =>
    expect(asked(api, "POST", `tickets/${NUMBER}/messages`)).toMatchObject([{ signature: false }]),
  );
  // The next reply is decided anew.
  await user.type(await reply(), "And now?");
  expect(await screen.findByRole("switch", { name: "Sign this reply" })).toBeChecked();
});

test("a signature that was read a while ago is left out unless it is asked for", async () => {
  const api = signedTicket("repeated");
  const { user } = renderAt(`/desk/tickets/${NUMBER}`, api);
  await user.type(await reply(), "Short");
  await user.click(await screen.findByRole("switch", { name: /^Left out/ }));
  await user.type(await reply(), "{Control>}{Enter}{/Control}");
  await waitFor(() =>
    expect(asked(api, "POST", `tickets/${NUMBER}/messages`)).toMatchObject([{ signature: true }]),
  );
});

test("a message tells the signature that it left with", async () => {
  const api = createFakeApi();
  const ticket = api.tickets.find((one) => one.number === NUMBER);
  const text = "Yours,\nthe seal team";
  const signature = { text, html: null };
  ticket?.thread?.push(message(9901, 1, "Ann", "It is plugged in.", 1, { signature }));
  const { user } = renderAt(`/desk/tickets/${NUMBER}`, api);
  await user.click(await screen.findByRole("button", { name: /^Signature/ }));
  expect(screen.getByText(/the seal team/)).toBeVisible();
});

test("one's own signatures are listed, previewed and added in the profile", async () => {
  const { api, user } = renderAt("/desk/settings/profile");
  const card = within(await screen.findByRole("region", { name: "Signatures" }));
  expect(await card.findByText("Grüße")).toBeVisible();
  await user.click(card.getByRole("button", { name: "Add a signature" }));
  const dialog = within(await screen.findByRole("dialog"));
  await user.type(dialog.getByRole("textbox", { name: "Signature" }), "Regards");
  expect(await dialog.findByText(new RegExp(`Grüße\\s+${me.person.name}`))).toBeVisible();
  await user.click(dialog.getByRole("button", { name: "Add" }));
  await waitFor(() =>
    expect(asked(api, "POST", "signatures")).toMatchObject([
      { person_id: me.person.id, mailbox_id: null, language: "", text: "Regards" },
    ]),
  );
});
