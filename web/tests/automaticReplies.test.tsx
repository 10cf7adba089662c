import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { beforeEach, expect, test } from "vitest";
import { me } from "./fake/people";
import { createFakeApi, type FakeApi, json } from "./fake/server";
import { renderAt } from "./render";

const texts = [
  { language: "en", in_hours: "Hello", out_of_hours: "Closed", absence: "", banner: "" },
];
const reply = {
  mailbox_id: 1,
  calendar_id: 3,
  texts,
  absent_from_at: null,
  absent_until_at: null,
  banner_from_at: null,
  banner_until_at: null,
  pause_minutes: 0,
  active: true,
  version: 4,
};
const mailbox = {
  id: 1,
  address: "help@x.example",
  name: "Help",
  team_id: 1,
  active: true,
  version: 1,
};

let api: FakeApi;

beforeEach(() => {
  api = createFakeApi();
  const permissions = ["ticket:read", "settings:read", "settings:mailboxes:edit"];
  api.overrides.set("GET me", () => json({ ...me, permissions }));
  api.overrides.set("GET mailboxes", () => json({ items: [mailbox] }));
  api.overrides.set("GET automatic-replies", () => json({ items: [reply] }));
  api.overrides.set("GET calendars", () => json({ items: [] }));
  api.overrides.set("POST automatic-replies/preview", () =>
    json({ situation: "out_of_hours", text: "Back on Monday" }),
  );
  api.overrides.set("PUT mailboxes/1/automatic-reply", () =>
    json(reply, 200, { "X-Change-Id": "5" }),
  );
});

test("the texts of a mailbox are edited and looked at before they are saved, with the version", async () => {
  const { user } = renderAt("/desk/settings/automatic-replies", api);
  await user.click(await screen.findByRole("button", { name: "Edit Help" }));
  const dialog = within(await screen.findByRole("dialog"));
  await dialog.findByText("Back on Monday");
  const field = dialog.getByLabelText("Out of hours");
  fireEvent.change(field, { target: { value: "Gone" } });
  await user.click(dialog.getByRole("button", { name: "Save" }));
  await waitFor(() =>
    expect(
      api.calls
        .filter((call) => call.method === "PUT" && call.url === "mailboxes/1/automatic-reply")
        .map((call) => call.body),
    ).toMatchObject([{ texts: [{ ...texts[0], out_of_hours: "Gone" }], version: 4 }]),
  );
  await screen.findByText("Automatic replies of Help saved");
});
