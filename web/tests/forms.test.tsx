import { screen, waitFor, within } from "@testing-library/react";
import { beforeEach, expect, test } from "vitest";
import type { OfferedForm } from "@/api/forms";
import { formLanguages } from "@/features/portal/formLanguages";
import notices from "@/locales/en/notices.json";
import { portalTexts } from "@/locales/en/portalTexts";
import { me } from "./fake/people";
import { createFakeApi, type FakeApi, json, problem } from "./fake/server";
import { renderAt } from "./render";

const option = (key: string, name: string) => ({
  key,
  name,
  color: null,
  parent: null,
  active: true,
});
const field = (name: string, kind: string, rest: object) => ({
  field: name,
  kind,
  label: "",
  help: "",
  required: false,
  required_when: null,
  shown_when: null,
  narrowings: [],
  options: [],
  default: null,
  pattern: null,
  currency: null,
  ...rest,
});
const isMachine = { node: "leaf", field: "field.topic", operator: "is", values: ["machine"] };
const form = {
  id: 5,
  key: "broken",
  name: "Something is broken",
  help: "",
  language: "en",
  languages: ["en"],
  sections: [
    {
      title: "What",
      help: "",
      shown_when: null,
      fields: [
        field("subject", "text", { required: true }),
        field("field.topic", "choice", {
          label: "Topic",
          required: true,
          options: [option("machine", "Machine"), option("building", "Building")],
        }),
        field("field.serial", "text", { label: "Serial", required: true, shown_when: isMachine }),
        field("priority", "choice", { options: [option("low", "low"), option("high", "high")] }),
      ],
    },
  ],
} as unknown as OfferedForm;

let api: FakeApi;
beforeEach(() => {
  api = createFakeApi();
  window.scrollTo = () => {};
  Object.defineProperty(document, "fonts", { configurable: true, value: new EventTarget() });
});

const bodies = (url: string) =>
  api.calls.filter((call) => call.method === "POST" && call.url === url).map((call) => call.body);

test("a new ticket of the desk is made with a form, and shows what depends on what", async () => {
  api.overrides.set("GET forms/offered", () => json({ items: [form] }));
  api.overrides.set("POST forms/5/tickets", () => problem(422, "validation_failed", "Not today."));
  const { user } = renderAt("/desk/tickets", api);
  await screen.findByText("Payroll export stops at employee 412");
  await user.keyboard("c");
  const dialog = within(await screen.findByRole("dialog", { name: "New ticket" }));
  await waitFor(() =>
    expect(dialog.getByRole("button", { name: /^Search by name/ })).toHaveFocus(),
  );
  await user.keyboard("ida@new.example{Enter}");
  await user.type(await dialog.findByLabelText("Name"), "Ida");
  await user.type(dialog.getByLabelText("Subject"), "Pump");
  await user.selectOptions(await dialog.findByLabelText("Form"), "Something is broken");
  // What was written stays, and the plain message goes.
  expect(dialog.getByLabelText(/^Subject/)).toHaveValue("Pump");
  expect(dialog.queryByLabelText("Message")).toBeNull();
  expect(dialog.queryByLabelText(/^Serial/)).toBeNull();
  await user.selectOptions(dialog.getByLabelText(/^Topic/), "Machine");
  await user.type(dialog.getByLabelText(/^Serial/), "7");
  await user.selectOptions(dialog.getByLabelText(/^Priority/), "High");
  await user.click(dialog.getByRole("button", { name: "Internal note" }));
  await user.click(dialog.getByRole("button", { name: "Open ticket with note" }));
  await waitFor(() => expect(bodies("forms/5/tickets")).toHaveLength(1));
  expect(bodies("forms/5/tickets")[0]).toMatchObject({
    kind: "note",
    subject: "Pump",
    priority: "high",
    fields: { topic: "machine", serial: "7" },
  });
  expect(bodies("forms/5/tickets")[0]).not.toHaveProperty("team_id");
  await user.selectOptions(dialog.getByLabelText(/^Topic/), "Building");
  await user.click(dialog.getByRole("button", { name: "Open ticket with note" }));
  await waitFor(() => expect(bodies("forms/5/tickets")).toHaveLength(2));
  expect(bodies("forms/5/tickets")[1]).toMatchObject({ fields: { topic: "building" } });
});

test("a requester chooses a form, and is told what is missing by its name", async () => {
  const listed = { key: "broken", name: form.name, help: "Machines and buildings", language: "en" };
  const other = { key: "other", name: "Anything else", help: "", language: "en" };
  api.overrides.set("GET portal/forms", () => json({ items: [listed, other] }));
  api.overrides.set("GET portal/forms/broken", () => json(form));
  api.overrides.set("POST portal/tickets", () => json({ number: 9, sent_to: "i@x.example" }, 202));
  const { user } = renderAt("/", api);
  await user.click(await screen.findByRole("button", { name: /Something is broken/ }));
  await user.selectOptions(await screen.findByLabelText(/^Topic/), "Machine");
  await user.click(screen.getByRole("button", { name: "Send" }));
  expect(await screen.findByText("Serial must be filled in")).toBeVisible();
  expect(screen.getByText("Tell us your name.")).toBeVisible();
  expect(bodies("portal/tickets")).toHaveLength(0);
  await user.type(screen.getByLabelText(/^Serial/), "7");
  await user.type(screen.getByLabelText("Subject"), "Pump");
  await user.type(screen.getByLabelText("Your name"), "Ida");
  await user.type(screen.getByLabelText("Your e-mail"), "i@x.example");
  await user.click(screen.getByRole("button", { name: "Send" }));
  await waitFor(() => expect(bodies("portal/tickets")).toHaveLength(1));
  expect(bodies("portal/tickets")[0]).toMatchObject({
    form: "broken",
    subject: "Pump",
    fields: { topic: "machine", serial: "7" },
  });
});

test("a public address fills its form in", async () => {
  api.overrides.set("GET portal/forms/broken", () => json(form));
  window.history.replaceState(
    null,
    "",
    "/f/broken?field.topic=machine&subject=Pump&priority=urgent",
  );
  renderAt("/f/broken?field.topic=machine&subject=Pump&priority=urgent", api);
  expect(await screen.findByLabelText("Subject")).toHaveValue("Pump");
  expect(screen.getByLabelText(/^Topic/)).toHaveValue("machine");
  expect(screen.getByLabelText(/^Serial/)).toBeVisible();
  expect(screen.getByLabelText(/^Priority/)).toHaveValue("");
  expect(screen.queryByRole("link", { name: "Staff sign in" })).toBeNull();
});

test("an administrator adds a form whose field depends on another", async () => {
  const permissions = [...me.permissions, "settings:forms:edit"];
  api.overrides.set("GET me", () => json({ ...me, permissions }));
  api.overrides.set("POST forms", () => problem(422, "validation_failed", "Not today."));
  const { user } = renderAt("/desk/settings/forms?edit=new", api);
  const dialog = within(await screen.findByRole("dialog", { name: "Add a form" }));
  await user.type(dialog.getAllByLabelText("Name")[0] as HTMLElement, "Broken");
  await user.click(dialog.getByRole("switch", { name: "Offered in the portal" }));
  await user.selectOptions(dialog.getByLabelText("Add a field"), "Priority");
  await user.selectOptions(dialog.getByLabelText("Add a field"), "Type");
  await user.click(dialog.getByText("Type", { selector: "summary bdi" }));
  const shown = within(dialog.getAllByRole("group", { name: "Shown when" }).at(-1) as HTMLElement);
  await user.click(shown.getByRole("button", { name: "Add a condition" }));
  await user.selectOptions(shown.getByLabelText("Compared field"), "Priority");
  await user.selectOptions(shown.getByLabelText("Value"), "Urgent");
  await user.click(dialog.getByRole("button", { name: "Add" }));
  await waitFor(() => expect(bodies("forms")).toHaveLength(1));
  const body = bodies("forms")[0] as { sections: { fields: object[] }[] };
  expect(body).toMatchObject({ name: "Broken", in_portal: true, in_desk: true });
  expect(body.sections[0]?.fields).toMatchObject([
    { field: "subject" },
    { field: "text" },
    { field: "priority" },
    {
      field: "type",
      shown_when: { node: "leaf", field: "priority", operator: "is", values: ["urgent"] },
    },
  ]);
});

test("an address of the desk begins a ticket, and says what it does not take", async () => {
  api.overrides.set("GET forms/offered", () => json({ items: [form] }));
  api.overrides.set("POST forms/5/tickets", () => problem(422, "validation_failed", "Not today."));
  const { user } = renderAt(
    "/desk/tickets/new?form=broken&field.topic=machine&field.serial=7&subject=Pump&requester=ida@new.example&name=Ida&colour=red&priority=urgent",
    api,
  );
  const dialog = within(await screen.findByRole("dialog", { name: "New ticket" }));
  expect(await dialog.findByLabelText(/^Subject/)).toHaveValue("Pump");
  expect(dialog.getByLabelText(/^Topic/)).toHaveValue("machine");
  expect(dialog.getByLabelText(/^Serial/)).toHaveValue("7");
  expect(dialog.getByLabelText("Name")).toHaveValue("Ida");
  expect(dialog.getByText("colour, priority")).toBeVisible();
  expect(bodies("forms/5/tickets")).toHaveLength(0);
  await user.click(dialog.getByRole("button", { name: "Internal note" }));
  await user.click(dialog.getByRole("button", { name: "Open ticket with note" }));
  await waitFor(() => expect(bodies("forms/5/tickets")).toHaveLength(1));
  expect(bodies("forms/5/tickets")[0]).toMatchObject({
    requester: { email: "ida@new.example", name: "Ida" },
    fields: { topic: "machine", serial: "7" },
  });
});

test("an address fills in nothing that its form hides, and no form that there is not", async () => {
  api.overrides.set("GET forms/offered", () => json({ items: [form] }));
  renderAt("/desk/tickets/new?form=broken&field.serial=7", api);
  const dialog = within(await screen.findByRole("dialog", { name: "New ticket" }));
  expect(await dialog.findByText("field.serial")).toBeVisible();
  expect(dialog.queryByLabelText(/^Serial/)).toBeNull();
});

test("without a form, an address begins the plain ticket", async () => {
  const { user, router } = renderAt(
    "/desk/tickets/new?form=gone&subject=Pump&text=It+leaks&priority=high&team=999",
    api,
  );
  const dialog = within(await screen.findByRole("dialog", { name: "New ticket" }));
  expect(await dialog.findByLabelText("Subject")).toHaveValue("Pump");
  expect(dialog.getByLabelText("Message")).toHaveValue("It leaks");
  expect(dialog.getByRole("button", { name: "High" })).toBeVisible();
  expect(dialog.getByText("form, team")).toBeVisible();
  await user.click(dialog.getByRole("button", { name: "Cancel" }));
  await waitFor(() => expect(router.state.location.pathname).toBe("/desk/tickets"));
});

test("a visitor changes the language of a form, and keeps what is filled in", async () => {
  const german = {
    ...form,
    name: "Etwas ist kaputt",
    language: "de",
    languages: ["de", "en"],
    sections: form.sections.map((section) => ({
      ...section,
      fields: section.fields.map((one) =>
        one.field === "field.topic" ? { ...one, label: "Worum geht es?" } : one,
      ),
    })),
  };
  const asked: (string | null)[] = [];
  api.overrides.set("GET portal/forms/broken", (call) => {
    const lang = new URL(call.url, "http://x").searchParams.get("lang");
    asked.push(lang);
    return json(lang === "de" ? german : { ...form, languages: ["de", "en"] });
  });
  const notFilledIn = { code: "form.not_filled_in", parameters: { name: "Seriennummer" } };
  const errors = [{ field: "fields.serial", message: "Seriennummer must be", ...notFilledIn }];
  api.overrides.set("POST portal/tickets", () =>
    bodies("portal/tickets").length > 1
      ? json({ number: 7, sent_to: "i@x.example" }, 202)
      : problem(422, "validation_failed", "No.", { errors }),
  );
  const { user } = renderAt("/f/broken", api);
  await user.type(await screen.findByLabelText("Subject"), "Pump");
  await user.selectOptions(screen.getByLabelText(/^Topic/), "machine");
  await user.selectOptions(screen.getByLabelText("Language"), "de");
  expect(await screen.findByRole("heading", { name: "Etwas ist kaputt" })).toBeVisible();
  expect(await screen.findByLabelText("Sprache")).toHaveValue("de");
  expect(screen.getByLabelText("Worum geht es?")).toHaveValue("machine");
  await waitFor(() => expect(document.title).toMatch(/, Hilfe$/));
  // What has no label of the form's own is named in its language, too.
  expect(screen.getByLabelText("Betreff")).toHaveValue("Pump");
  expect(screen.getByRole("option", { name: "Hoch" })).toBeInTheDocument();
  await user.type(screen.getByLabelText(/^Serial/), "7");
  await user.type(screen.getByLabelText("Ihr Name"), "Ida");
  const send = screen.getByRole("button", { name: "Absenden" });
  expect(send.closest("[lang]")).toHaveAttribute("lang", "de");
  await user.click(send);
  expect(await screen.findByText("Sagen Sie uns, wohin wir antworten sollen.")).toBeVisible();
  expect(bodies("portal/tickets")).toHaveLength(0);
  await user.type(screen.getByLabelText("Ihre E-Mail-Adresse"), "i@x.example");
  await user.click(send);
  expect(await screen.findByText("Seriennummer muss ausgefüllt sein")).toBeVisible();
  expect(bodies("portal/tickets")[0]).toMatchObject({ language: "de", subject: "Pump" });
  await user.click(send);
  expect(
    await screen.findByRole("heading", { name: "Wir haben Ihre Anfrage erhalten" }),
  ).toBeVisible();
  await user.click(screen.getByRole("button", { name: "Eine weitere Anfrage schreiben" }));
  expect(await screen.findByRole("button", { name: "Send" })).toBeVisible();
});

test("around a form of a language without words, there are English ones that say so", async () => {
  api.overrides.set("GET portal/forms/broken", () =>
    json({ ...form, name: "Chose cassée", language: "fr", languages: ["fr"] }),
  );
  renderAt("/f/broken", api);
  const send = await screen.findByRole("button", { name: "Send" });
  expect(send.closest("[lang]")).toHaveAttribute("lang", "en");
  const name = screen.getByRole("heading", { name: "Chose cassée" });
  expect(name.closest("[lang]")).toHaveAttribute("lang", "fr");
});

/** Every sentence of a catalogue with its place. */
function sentences(texts: object, place = ""): [string, string][] {
  return Object.entries(texts).flatMap(([key, value]) =>
    typeof value === "string" ? [[place + key, value]] : sentences(value, `${place}${key}.`),
  );
}

test.each(Object.keys(formLanguages))(
  "words around forms in %s name what the English do",
  async (code) => {
    const there = new Map(sentences({ ...portalTexts, ...notices }));
    const named = (text: string) =>
      [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name).sort();
    const translated = sentences((await formLanguages[code]?.()) ?? {});
    expect(translated.length).toBeGreaterThan(90);
    // What a library says of an address is English, so other languages leave it out.
    const left = { "notice.field.not_an_address": ["told"] } as Record<string, string[]>;
    for (const [place, text] of translated) {
      const english = named(there.get(place) ?? "").filter(
        (one) => !left[place]?.includes(one ?? ""),
      );
      expect([place, named(text)]).toEqual([place, english]);
      expect(text.trim(), place).not.toBe("");
    }
  },
);

const editor = async (address: string) => {
  const permissions = [...me.permissions, "settings:forms:edit"];
  api.overrides.set("GET me", () => json({ ...me, permissions }));
  const rendered = renderAt(address, api);
  return { ...rendered, dialog: within(await screen.findByRole("dialog")) };
};
const stored = (more: object) => ({
  id: 5,
  key: "broken",
  name: "Broken",
  help: "",
  subject_template: "",
  text_template: "",
  language: "en",
  translations: {},
  team_id: null,
  ticket_type: null,
  priority: null,
  tags: [],
  in_portal: true,
  in_desk: true,
  public: true,
  active: true,
  position: 1,
  version: 3,
  sections: [{ title: "What", help: "", fields: [{ field: "priority" }, { field: "subject" }] }],
  ...more,
});

test("conditions of a form have groups within groups", async () => {
  api.overrides.set("GET forms", () => json({ items: [stored({})] }));
  api.overrides.set("PATCH forms/5", () => problem(422, "validation_failed", "Not today."));
  const { user, dialog } = await editor("/desk/settings/forms?edit=5");
  await user.click(await dialog.findByText("Subject", { selector: "summary bdi" }));
  const shown = within(dialog.getByRole("group", { name: "Shown when" }));
  await user.click(shown.getByRole("button", { name: "Add a condition" }));
  await user.selectOptions(shown.getByLabelText("Value"), "Urgent");
  await user.click(shown.getByRole("button", { name: "Add a group" }));
  const inner = within(shown.getByRole("group", { name: "at least one of these" }));
  await user.selectOptions(inner.getByLabelText("How the conditions go together"), "none of these");
  await user.click(
    within(shown.getByRole("group", { name: "none of these" })).getByLabelText("Add another value"),
  );
  await user.click(dialog.getByRole("button", { name: "Save" }));
  const patched = () =>
    api.calls.filter(({ method, url }) => method === "PATCH" && url === "forms/5");
  await waitFor(() => expect(patched()).toHaveLength(1));
  const leaf = { node: "leaf", field: "priority", operator: "is" };
  expect(patched()[0]?.body).toMatchObject({
    sections: [
      {
        fields: [
          { field: "priority" },
          {
            field: "subject",
            shown_when: {
              node: "group",
              match: "all",
              members: [
                { ...leaf, values: ["urgent"] },
                { node: "group", match: "none", members: [{ ...leaf, values: ["low", "normal"] }] },
              ],
            },
          },
        ],
      },
    ],
  });
  // A group that lost its last comparison is gone.
  const none = within(shown.getByRole("group", { name: "none of these" }));
  await user.click(none.getByRole("button", { name: "Remove the condition" }));
  expect(shown.queryByRole("group", { name: "none of these" })).toBeNull();
});

test("the editor says what is missing of a language, and writes it", async () => {
  api.overrides.set("GET forms", () => json({ items: [stored({ help: "For machines" })] }));
  api.overrides.set("PATCH forms/5", () => problem(422, "validation_failed", "Not today."));
  const { user, dialog } = await editor("/desk/settings/forms?edit=5");
  await user.selectOptions(await dialog.findByLabelText("Add a language"), "German");
  // Name, help, the section's title, two labels and four priorities.
  expect(dialog.getByText("9 texts are missing")).toBeVisible();
  const texts = within(dialog.getByRole("group", { name: "The form" }));
  expect(texts.getByText("Missing. For machines")).toBeVisible();
  await user.type(texts.getByLabelText("Name"), "Kaputt");
  await user.type(dialog.getByLabelText("Option Urgent"), "Dringend");
  expect(dialog.getByText("7 texts are missing")).toBeVisible();
  await user.click(dialog.getByRole("button", { name: "Save" }));
  const patched = () =>
    api.calls.filter(({ method, url }) => method === "PATCH" && url === "forms/5");
  await waitFor(() => expect(patched()).toHaveLength(1));
  expect(patched()[0]?.body).toMatchObject({
    translations: { de: { name: "Kaputt", help: "" } },
    sections: [
      {
        fields: [
          { translations: { de: { options: { urgent: "Dringend" } } } },
          { field: "subject" },
        ],
      },
    ],
  });
  await user.click(dialog.getByRole("button", { name: "Remove German" }));
  expect(dialog.queryByText("7 texts are missing")).toBeNull();
});

test("the settings give two lines for a page of another site", async () => {
  api.overrides.set("GET forms", () => json({ items: [stored({ name: 'A "worn" <b>' })] }));
  const { dialog } = await editor("/desk/settings/forms?edit=5");
  const lines = await dialog.findByText(/<iframe/);
  expect(lines.textContent?.trim().split("\n")).toHaveLength(2);
  expect(lines.textContent).toContain('title="A &quot;worn&quot; &lt;b>"');
  expect(dialog.getByText(/desk\/tickets\/new\?form=broken$/)).toBeVisible();
});
