import { screen, waitFor, within } from "@testing-library/react";
import { beforeEach, expect, test } from "vitest";
import { me, staff, teams } from "./fake/people";
import { createFakeApi, type FakeApi, json, problem } from "./fake/server";
import { renderAt } from "./render";

const everything = [
  "people:read",
  "contact:read",
  "settings:read",
  "settings:people:edit",
  "settings:teams:edit",
  "audit:read",
  "contact:edit",
];
const roles = [
  { id: 1, name: "Agent", permissions: ["ticket:reply", "ticket:fly"], built_in: true },
];

let api: FakeApi;

function allow(permissions: string[]) {
  api.overrides.set("GET me", () => json({ ...me, permissions }));
}

beforeEach(() => {
  api = createFakeApi();
  allow(everything);
  api.overrides.set("GET roles", () => json({ items: roles }));
});

const network = teams[1];
if (!network) throw new Error("The invented company has a second team.");
const teamPath = `teams/${network.id}`;
const dialog = async () => within(await screen.findByRole("dialog"));
const sentTo = (method: string, url: string) =>
  api.calls.filter((call) => call.method === method && call.url === url);

test("only what changed is saved, with its version, and an undo is offered", async () => {
  api.overrides.set(`PATCH ${teamPath}`, () => json(network, 200, { "X-Change-Id": "77" }));
  const { user } = renderAt(`/desk/settings/teams?edit=${network.id}`, api);
  const form = await dialog();
  expect(form.getByRole("button", { name: "Save" })).toBeDisabled();
  await user.type(form.getByRole("textbox", { name: "Name" }), " 2");
  await user.click(form.getByRole("button", { name: "Save" }));
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  expect(sentTo("PATCH", teamPath)[0]?.body).toEqual({
    name: `${network.name} 2`,
    version: network.version,
  });
  expect(await screen.findByText(`Team ${network.name} 2 saved`)).toBeVisible();
  expect(screen.getByRole("button", { name: "Undo" })).toBeVisible();
});

/** Somebody else stores this of the team while it is being edited; the first save meets it. */
const storedByAnother = (newer: typeof network) => {
  let stored = network;
  api.overrides.set("GET teams", () => json({ items: [stored], next_cursor: null }));
  api.overrides.set(`PATCH ${teamPath}`, () => {
    if (stored === newer) return json(newer);
    stored = newer;
    return problem(412, "version_conflict", "Changed meanwhile.");
  });
};

test("somebody else's change is taken in, one's own is kept, the next save is of the new version", async () => {
  const newer = { ...network, color: "#8B6FD6", version: network.version + 1 };
  storedByAnother(newer);
  const { user } = renderAt(`/desk/settings/teams?edit=${network.id}`, api);
  const form = await dialog();
  await user.type(form.getByRole("textbox", { name: "Name" }), "!");
  await user.click(form.getByRole("button", { name: "Save" }));
  const told = within(await form.findByRole("alert", { name: /Somebody else changed this/ }));
  expect(told.getByText("Colour")).toBeVisible();
  expect(told.getByText("#8B6FD6")).toBeVisible();
  expect(told.queryByRole("radio")).toBeNull();
  expect(form.getByRole("textbox", { name: "Name" })).toHaveValue(`${network.name}!`);
  expect(form.getByRole("radio", { name: "#8B6FD6" })).toBeChecked();
  await user.click(form.getByRole("button", { name: "Save" }));
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  expect(sentTo("PATCH", teamPath)[1]?.body).toEqual({
    name: `${network.name}!`,
    version: newer.version,
  });
});

const editOverAnothersName = async () => {
  const newer = { ...network, name: "Network crew", version: network.version + 1 };
  storedByAnother(newer);
  const { user } = renderAt(`/desk/settings/teams?edit=${network.id}`, api);
  const form = await dialog();
  await user.type(form.getByRole("textbox", { name: "Name" }), "!");
  await user.click(form.getByRole("button", { name: "Save" }));
  const choice = within(await form.findByRole("group", { name: "Name" }));
  return { user, form, choice, newer };
};

test("where both changed a field both are shown, and what was typed is kept until one chooses", async () => {
  const { user, form, choice, newer } = await editOverAnothersName();
  const name = form.getByRole("textbox", { name: "Name" });
  expect(choice.getByRole("radio", { name: "Theirs Network crew" })).not.toBeChecked();
  expect(choice.getByRole("radio", { name: `Yours ${network.name}!` })).toBeChecked();
  expect(name).toHaveValue(`${network.name}!`);
  await user.click(choice.getByRole("radio", { name: /Theirs/ }));
  expect(name).toHaveValue("Network crew");
  expect(form.getByRole("button", { name: "Save" })).toBeDisabled();
  await user.click(choice.getByRole("radio", { name: /Yours/ }));
  await user.type(name, "?");
  expect(choice.getByRole("radio", { name: `Yours ${network.name}!?` })).toBeChecked();
  await user.click(form.getByRole("button", { name: "Save" }));
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  expect(sentTo("PATCH", teamPath)[1]?.body).toEqual({
    name: `${network.name}!?`,
    version: newer.version,
  });
});

test("a page's form keeps what was typed over another's change, and shows both", async () => {
  allow([...everything, "settings:roles:edit"]);
  let stored = { name: "Halvorsen", version: 3, logo: null };
  api.overrides.set("GET workspace", () => json(stored));
  api.overrides.set("PATCH workspace", () => {
    if (stored.version === 4) return json(stored);
    stored = { ...stored, name: "Halvorsen AS", version: 4 };
    return problem(412, "version_conflict", "Changed meanwhile.");
  });
  const { user } = renderAt("/desk/settings/workspace", api);
  const field = await screen.findByRole("textbox", { name: "Name of the workspace" });
  await user.type(field, " Help");
  await user.click(screen.getByRole("button", { name: "Save" }));
  const choice = within(await screen.findByRole("group", { name: "Name of the workspace" }));
  expect(choice.getByRole("radio", { name: "Theirs Halvorsen AS" })).not.toBeChecked();
  expect(screen.getByRole("textbox", { name: "Name of the workspace" })).toHaveValue(
    "Halvorsen Help",
  );
  await user.click(screen.getByRole("button", { name: "Save" }));
  await waitFor(() => expect(screen.queryByRole("radio", { name: /Theirs/ })).toBeNull());
  expect(sentTo("PATCH", "workspace")[1]?.body).toEqual({ name: "Halvorsen Help", version: 4 });
});

test("a form with changes is left only after asking", async () => {
  const { user } = renderAt(`/desk/settings/teams?edit=${network.id}`, api);
  const form = await dialog();
  await user.type(form.getByRole("textbox", { name: "Name" }), " 2");
  await user.click(form.getByRole("button", { name: "Cancel" }));
  // The question fades in, so it is there before it is seen.
  const question = await screen.findByText("Discard what you changed?");
  await waitFor(() => expect(question).toBeVisible());
  await user.click(screen.getByRole("button", { name: "Discard" }));
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  expect(sentTo("PATCH", teamPath)).toHaveLength(0);
});

test("who lacks the permission is told which, and can look but not change", async () => {
  allow(["people:read", "ticket:reply"]);
  const { user } = renderAt("/desk/settings/teams", api);
  expect(await screen.findByText(/“settings:teams:edit”/)).toBeVisible();
  expect(screen.queryByRole("button", { name: "Add a team" })).toBeNull();
  await user.click(await screen.findByRole("button", { name: `Edit ${network.name}` }));
  const form = await dialog();
  expect(form.getByRole("textbox", { name: "Name" })).toBeDisabled();
  expect(form.queryByRole("button", { name: "Save" })).toBeNull();
});

test("a new person's password is shown once", async () => {
  const person = { id: 99, kind: "staff", name: "Kari Aas", email: "kari@halvorsen.example" };
  api.overrides.set("POST people", () => json({ person, password: "4w4d4-38f2u" }, 201));
  const { user } = renderAt("/desk/settings/people?edit=new", api);
  const form = await dialog();
  await user.type(form.getByRole("textbox", { name: "Name" }), "Kari Aas");
  await user.click(form.getByRole("button", { name: "Add" }));
  expect(await form.findByText(/does not look like an e-mail address/)).toBeVisible();
  await user.type(form.getByRole("textbox", { name: "E-mail" }), "kari@halvorsen.example");
  await user.click(form.getByRole("button", { name: "Add" }));
  expect(await screen.findByText("4w4d4-38f2u")).toBeVisible();
  expect(sentTo("POST", "people")[0]?.body).toEqual({
    name: "Kari Aas",
    email: "kari@halvorsen.example",
    sees_all_teams: true,
    role_id: 1,
    team_ids: [],
  });
  await user.click(screen.getByRole("button", { name: "Done" }));
  await waitFor(() => expect(screen.queryByText("4w4d4-38f2u")).toBeNull());
});

test("a refusal of the server lands at the field it names", async () => {
  api.overrides.set("POST people", () =>
    problem(422, "validation_failed", "No.", {
      errors: [{ field: "email", message: "is taken by somebody" }],
    }),
  );
  const { user } = renderAt("/desk/settings/people?edit=new", api);
  const form = await dialog();
  await user.type(form.getByRole("textbox", { name: "Name" }), "Kari Aas");
  await user.type(form.getByRole("textbox", { name: "E-mail" }), "kari@halvorsen.example");
  await user.click(form.getByRole("button", { name: "Add" }));
  expect(await form.findByText("is taken by somebody")).toBeVisible();
  expect(form.getByRole("textbox", { name: "E-mail" })).toBeInvalid();
});

test("a token is made with the scopes chosen and shown once", async () => {
  api.overrides.set("GET me/sessions", () => json({ items: [] }));
  api.overrides.set("POST me/tokens", () => json({ id: 5, token: "atum_s_secret" }, 201));
  const { user } = renderAt("/desk/settings/profile", api);
  await user.click(await screen.findByRole("button", { name: "New token" }));
  const form = await dialog();
  await user.type(form.getByRole("textbox", { name: "What is it for?" }), "export");
  await user.click(form.getByRole("radio", { name: "Only some things" }));
  await user.click(form.getByRole("button", { name: "Create the token" }));
  expect(await form.findByText("Choose at least one thing it may do.")).toBeVisible();
  await user.click(form.getByRole("checkbox", { name: "See every change" }));
  await user.click(form.getByRole("button", { name: "Create the token" }));
  expect(await screen.findByText("atum_s_secret")).toBeVisible();
  expect(sentTo("POST", "me/tokens").at(-1)?.body).toEqual({
    name: "export",
    scopes: ["audit:read"],
    expires_in_days: 90,
  });
});

test("a wrong current password is said at its field", async () => {
  api.overrides.set("GET me/sessions", () => json({ items: [] }));
  api.overrides.set("POST me/password", () => problem(401, "sign_in_failed", "Not right."));
  const { user } = renderAt("/desk/settings/profile", api);
  await user.type(await screen.findByLabelText("Current password"), "guess");
  await user.type(screen.getByLabelText("New password"), "long enough it is");
  await user.click(screen.getByRole("button", { name: "Change the password" }));
  expect(await screen.findByText("This is not your current password.")).toBeVisible();
});

test("a role's permissions are in words, an unknown one as it is written", async () => {
  renderAt("/desk/settings/roles", api);
  const card = within(await screen.findByRole("region", { name: "Agent" }));
  expect(card.getByText("Reply")).toBeVisible();
  expect(card.getByText("ticket:fly")).toBeVisible();
});

test("changes are told in words, and only what can be taken back offers it", async () => {
  const change = {
    via: "session",
    undo_of: null,
    undone: false,
    can_undo: false,
    undo_refusal: { code: "irreversible", reason: "set a new one.", params: {} },
    at: "2026-11-22T10:00:00Z",
  };
  const actor = { id: 2, name: "Mina Farouk" };
  const summary = { name: "Network" };
  api.overrides.set("GET changes", () =>
    json({
      items: [
        {
          ...change,
          can_undo: true,
          undo_refusal: null,
          id: 3,
          actor,
          command: "team.add",
          summary,
          ticket_number: null,
        },
        { ...change, id: 2, actor, command: "person.password", summary: {}, ticket_number: null },
        {
          ...change,
          id: 1,
          actor,
          command: "ticket.reply",
          via: "mail",
          undo_refusal: { code: "came_by_mail", reason: "Not shown.", params: {} },
          summary: {},
          ticket_number: 7,
        },
      ],
      next_cursor: null,
    }),
  );
  api.overrides.set("POST changes/3/undo", () => json({ change_id: 4, undone: 3, kept: [] }));
  const { user } = renderAt("/desk/settings/changes", api);
  expect(await screen.findByText("added the team Network")).toBeVisible();
  expect(screen.getByRole("link", { name: "#7" })).toHaveAttribute("href", "/desk/tickets/7");
  const undos = screen.getAllByRole("button", { name: /^Undo:/ });
  // A closed way back says why, to the eye and to a screen reader, and does nothing.
  expect(undos.map((one) => one.getAttribute("aria-disabled"))).toEqual([null, "true", "true"]);
  await user.click(undos[1] as HTMLElement);
  expect(await screen.findByText(/set a new one\./)).toBeVisible();
  expect(undos[1]).toHaveAccessibleName(/This cannot be undone: set a new one\.$/);
  expect(undos[2]).toHaveAccessibleName(/mail that arrived stays/);
  expect(undos[2]).toHaveAttribute("title", expect.stringMatching(/^This cannot be undone: mail/));
  await user.click(undos[1] as HTMLElement);
  expect(screen.queryByText("Undone")).not.toBeInTheDocument();
  await user.click(undos[0] as HTMLElement);
  expect(await screen.findByText("Undone")).toBeVisible();
});

test("changes that were made at once are one line and are taken back as one", async () => {
  const refusal = { code: "changed_since", reason: "it was changed again since.", params: {} };
  const change = {
    via: "rule",
    undo_of: null,
    undone: false,
    can_undo: true,
    undo_refusal: null,
    at: "2026-11-22T10:00:00Z",
    actor: null,
    summary: { name: "Network" },
    ticket_number: null,
  };
  const items = [
    { ...change, id: 13, command: "team.edit", run_id: 11 },
    { ...change, id: 12, command: "team.add", run_id: null },
    // The later change of the run wrote over it, which the run's own refusal leaves out.
    { ...change, id: 11, command: "team.add", run_id: null, undo_refusal: refusal },
    { ...change, id: 10, command: "team.edit", run_id: 9, run_undo_refusal: refusal },
    { ...change, id: 9, command: "team.add", run_id: null, run_undo_refusal: refusal },
  ];
  api.overrides.set("GET changes", () => json({ items, next_cursor: null }));
  api.overrides.set("POST changes/13/undo", () =>
    json({ change_id: 15, undone: 13, kept: [], changes: [13, 11] }),
  );
  const { user } = renderAt("/desk/settings/changes", api);
  expect(await screen.findAllByText(/2 changes at once/)).toHaveLength(2);
  const undos = screen.getAllByRole("button", { name: /^Undo:/ });
  expect(undos).toHaveLength(3);
  expect(undos[0]).not.toHaveAttribute("aria-disabled");
  expect(undos[2]).toHaveAttribute("aria-disabled", "true");
  await user.click(undos[0] as HTMLElement);
  expect(await screen.findByText("Undone")).toBeVisible();
  expect(sentTo("POST", "changes/13/undo?scope=run")).toHaveLength(1);
});

test("somebody is narrowed to the tickets of their teams, and the list says so", async () => {
  const person = staff[1];
  if (!person) throw new Error("The invented company has a second agent.");
  let stored = person;
  api.overrides.set("GET people", () => json({ items: [stored], next_cursor: null }));
  api.overrides.set(`PATCH people/${person.id}`, () => {
    stored = { ...person, sees_all_teams: false };
    return json(stored);
  });
  const { user } = renderAt(`/desk/settings/people?edit=${person.id}`, api);
  const form = await dialog();
  const sight = form.getByRole("combobox", { name: "Tickets they see" });
  expect(sight).toHaveValue("all");
  await user.selectOptions(sight, "theirs");
  expect(form.getByText(/Tickets of other teams do not exist for them/)).toBeVisible();
  await user.click(form.getByRole("button", { name: "Save" }));
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  expect(sentTo("PATCH", `people/${person.id}`)[0]?.body).toEqual({
    sees_all_teams: false,
    version: person.version,
  });
  expect(await screen.findByText("sees tickets of their teams only")).toBeVisible();
});

test("whoever sees some teams only cannot give the sight of all, nor begins with it", async () => {
  api.overrides.set("GET me", () =>
    json({ ...me, permissions: everything, person: { ...me.person, sees_all_teams: false } }),
  );
  renderAt("/desk/settings/people?edit=new", api);
  const form = await dialog();
  expect(form.getByRole("combobox", { name: "Tickets they see" })).toHaveValue("theirs");
  expect(form.getByRole("option", { name: "Tickets of all teams" })).toBeDisabled();
});

test("a role for tickets alone is shown what it may read, and asks for nothing else", async () => {
  allow(["ticket:read", "ticket:note"]);
  renderAt("/desk/settings/profile", api);
  const sections = within(await screen.findByRole("navigation", { name: "Settings" }));
  expect(sections.getAllByRole("link").map((link) => link.textContent)).toEqual([
    "Profile",
    "Notifications",
    "Absences",
    "Macros",
    "Checklists",
    "Time",
    "Statuses",
    "Fields",
    "Forms",
    "Business hours",
    "Tags",
    "Bulk changes",
    "Signatures",
    "Changes",
  ]);
  expect(sections.queryByRole("link", { name: "Staff" })).toBeNull();
  const rail = within(screen.getByRole("navigation", { name: "Main" }));
  expect(rail.queryByRole("link", { name: "Mail" })).toBeNull();
  expect(rail.getByRole("link", { name: "Settings" })).toBeVisible();
  const asked = api.calls.map((call) => call.url);
  for (const url of ["teams", "people", "contacts", "outbox", "mailboxes"]) {
    expect(asked.filter((one) => one.startsWith(url))).toEqual([]);
  }
});

test("a page that the role may not read says so", async () => {
  allow(["ticket:read"]);
  renderAt("/desk/settings/people", api);
  expect(await screen.findByText("Your role does not show this")).toBeVisible();
  expect(screen.queryByText(/You can look/)).toBeNull();
});

test("what a token may do is chosen in groups, reading among it", async () => {
  allow(["ticket:read", "ticket:note", "contact:read", "people:read"]);
  const { user } = renderAt("/desk/settings/profile", api);
  await user.click(await screen.findByRole("button", { name: "New token" }));
  const form = await dialog();
  await user.click(form.getByRole("radio", { name: "Only some things" }));
  const tickets = within(form.getByRole("group", { name: "Tickets" }));
  expect(tickets.getByRole("checkbox", { name: "Read tickets and their files" })).toBeVisible();
  const requesters = within(form.getByRole("group", { name: "Requesters" }));
  expect(requesters.getAllByRole("checkbox")).toHaveLength(1);
});

test("an administrator renames the workspace, with the version that was seen", async () => {
  allow([...everything, "settings:roles:edit"]);
  const workspace = { id: 1, name: "Halvorsen", version: 4 };
  api.overrides.set("GET workspace", () => json(workspace));
  api.overrides.set("PATCH workspace", () => json({ ...workspace, name: "Halvorsen Help" }));
  const { user } = renderAt("/desk/settings/workspace", api);
  const field = await screen.findByRole("textbox", { name: "Name of the workspace" });
  await user.type(field, " Help");
  await user.click(screen.getByRole("button", { name: "Save" }));
  await screen.findByText("Workspace renamed");
  const call = api.calls.find((one) => one.method === "PATCH" && one.url === "workspace");
  expect(call?.body).toEqual({ name: "Halvorsen Help", version: 4 });
});

test("an organization's language, zone and VIP mark are set in the settings, and nothing else is sent", async () => {
  allow([...everything, "organization:edit"]);
  const lisbon = { id: 5, name: "Lisbon Works", domains: ["lisbon.example"], contact_count: 2 };
  const stored = { ...lisbon, vip: true, language: null, time_zone: null, fields: {}, version: 3 };
  api.overrides.set("GET organizations", () => json({ items: [stored], next_cursor: null }));
  api.overrides.set("PATCH organizations/5", () => json(stored, 200, { "X-Change-Id": "78" }));
  const { user } = renderAt("/desk/settings/organizations", api);
  expect(await screen.findByText("VIP")).toBeVisible();
  await user.click(screen.getByRole("button", { name: /Lisbon Works/ }));
  const form = await dialog();
  expect(form.getByRole("switch", { name: /^VIP/ })).toBeChecked();
  await user.click(form.getByRole("switch", { name: /^VIP/ }));
  await user.type(form.getByRole("textbox", { name: "Language" }), "Portu");
  await user.click(form.getByRole("button", { name: "Save" }));
  expect(await form.findByText(/“Portu” is no language/)).toBeVisible();
  expect(sentTo("PATCH", "organizations/5")).toEqual([]);
  await user.clear(form.getByRole("textbox", { name: "Language" }));
  await user.type(form.getByRole("textbox", { name: "Language" }), "pt-BR");
  await user.selectOptions(form.getByRole("combobox", { name: "Time zone" }), "Europe/Lisbon");
  await user.click(form.getByRole("button", { name: "Save" }));
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  expect(sentTo("PATCH", "organizations/5")[0]?.body).toEqual({
    vip: false,
    language: "pt-BR",
    time_zone: "Europe/Lisbon",
    version: 3,
  });
});
