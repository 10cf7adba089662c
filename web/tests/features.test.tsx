import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import i18next from "i18next";
import { beforeAll, expect, test } from "vitest";
import { type Feature, settingsGroups } from "@/app/feature";
import { features } from "@/app/features";
import { addStaffTexts } from "@/app/i18n";
import { staleKeys } from "@/app/live/refresher";
import { createQueryClient } from "@/app/queryClient";
import { createAppRouter } from "@/app/router";
import { propertyNames } from "@/features/tickets/properties";
import type { LiveChange } from "@/lib/liveSocket";
import { en } from "@/locales/en";
import openapi from "../../api/openapi.json";
import server from "./serverWords.json";

const SRC = join(dirname(import.meta.dirname), "src");
const all: readonly Feature[] = features;
const router = createAppRouter(createQueryClient());

beforeAll(() => addStaffTexts(en));

/** Every key of the catalogue, `a.b.c`, plural forms as they are written. */
function keysOf(texts: object, path = ""): string[] {
  return Object.entries(texts).flatMap(([name, value]) =>
    typeof value === "string" ? [path + name] : keysOf(value, `${path}${name}.`),
  );
}
const keys = keysOf(en);
const isKey = (key: string) => keys.includes(key) || keys.includes(`${key}_other`);

test("every folder of a feature is collected, each once", () => {
  const folders = readdirSync(join(SRC, "features"));
  const names = all.map(({ name }) => name);
  expect(names.toSorted(), "add it to app/features.ts").toEqual([...folders, "shell"].sort());
});

test("every route has a title that the catalogue knows", () => {
  const routes = Object.values(router.routesById);
  expect(routes.length).toBeGreaterThan(20);
  for (const route of routes) expect(isKey(route.options.staticData?.title ?? "")).toBe(true);
});

test("every place of the navigation leads to a route", () => {
  const places = all.flatMap(({ navigation }) => navigation ?? []);
  expect(places.map(({ to }) => to)).toEqual([
    "/desk/notifications",
    "/desk/tickets",
    "/desk/contacts",
    "/desk/outbox",
    "/desk/settings",
  ]);
  for (const { to, label } of places) {
    expect(Object.keys(router.routesByPath)).toContain(to);
    expect(isKey(label)).toBe(true);
  }
});

test("every entry of the palette has its words, and its keys are its own", () => {
  const entries = all.flatMap(({ palette }) => palette ?? []);
  for (const { label } of entries) expect(isKey(label), label).toBe(true);
  const ids = entries.map(({ id }) => id);
  expect(ids).toEqual([...new Set(ids)]);
  const bound = entries.flatMap((entry) => entry.keys ?? []);
  expect(bound).toEqual([...new Set(bound)]);
});

test("every section of the settings has a route of the same title", () => {
  const sections = all.flatMap(({ settings }) => settings ?? []);
  expect(sections.length).toBeGreaterThan(10);
  for (const { key, title } of sections) {
    const routes: Record<string, { options: { staticData?: { title?: string } } } | undefined> =
      router.routesByPath;
    expect(routes[`/desk/settings/${key}`]?.options.staticData?.title, key).toBe(title);
  }
  const groups = new Set(sections.map(({ group }) => group));
  expect([...groups].toSorted()).toEqual([...settingsGroups].toSorted());
});

/** Live words that no screen follows, with the reason. */
const IGNORED: Record<string, string> = {};

test("every live word of the server is shown by a feature, or ignored for a reason", () => {
  const shown = new Set<string>(all.flatMap(({ live }) => live?.words ?? []));
  for (const name of propertyNames) shown.add(name);
  const forgotten = server.liveWords.filter((word) => !shown.has(word) && !IGNORED[word]);
  expect(forgotten).toEqual([]);
  // And no feature waits for a word that the server does not say.
  expect([...shown].filter((word) => !server.liveWords.includes(word))).toEqual([]);
});

/** A command that is told with each live word of what is no ticket. */
const TOLD_WITH: Record<string, string> = {
  mail: "quarantine.release",
  people: "person.edit",
  organizations: "organization.edit",
  teams: "team.edit",
  roles: "role.renew",
  mailboxes: "mailbox.edit",
  statuses: "status.edit",
  custom_fields: "custom_field.edit",
  managed_tags: "tag.edit",
  bulk: "bulk.finish",
  settings: "workspace.rename",
  profile: "person.profile",
  sessions: "session.end",
  signing_keys: "dkim.edit",
  layouts: "layout.edit",
  operations: "operations.backup",
  notification_settings: "notifications.prefer",
  checklist_templates: "checklist_template.edit",
  reminders: "reminder.edit",
};

test.each(Object.entries(TOLD_WITH))("a change of %s makes something old", (word, command) => {
  const change = { command, ticket: null, fields: [word], undo_of: null } as LiveChange;
  const stale = staleKeys(all, change, createQueryClient());
  // The list of all changes is old after each.
  expect(stale.length).toBeGreaterThan(1);
});

test("every command has its sentence, of one feature", () => {
  const said = all.flatMap(({ commands }) => commands ?? []);
  expect(said).toEqual([...new Set(said)]);
  const words = Object.keys(en.changes.what);
  expect(said.toSorted(), "add it to `commands` of a feature.ts").toEqual(words.toSorted());
  const silent = server.commands.filter((one) => !(one.replaceAll(".", "_") in en.changes.what));
  expect(silent, "add its sentence to `changes.what` of locales/en/settings.ts").toEqual([]);
});

test("every property that people change has an entry, and its name", () => {
  const { TicketChange } = openapi.components.schemas;
  const fields = Object.keys(TicketChange.properties).filter(
    // Custom fields are rows and have no entry.
    (one) => one !== "version" && one !== "fields",
  );
  const missing = fields
    .map((field) => field.replace(/_id$/, ""))
    .filter((name) => !(propertyNames as string[]).includes(name));
  expect(missing, "add them to features/tickets/properties/table.tsx").toEqual([]);
  for (const name of propertyNames) expect(i18next.exists(`property.${name}`), name).toBe(true);
});

/** Every text of the source that may be a key, and the beginnings that are completed by a value. */
function mentioned() {
  const sources = readdirSync(SRC, { recursive: true })
    .map(String)
    .filter((path) => /\.tsx?$/.test(path) && !path.startsWith("locales"))
    .map((path) => readFileSync(join(SRC, path), "utf8"));
  const text = sources.join("\n");
  const literals = new Set([...text.matchAll(/"([\w.-]+)"/g)].map((match) => match[1]));
  const beginnings = [...text.matchAll(/`([\w.-]+\.[\w.-]*)\$\{/g)].map((match) => match[1]);
  return { literals, beginnings };
}

test("no text of the catalogue is unused", () => {
  const { literals, beginnings } = mentioned();
  const unused = keys.filter((key) => {
    const plain = key.replace(/_(zero|one|two|few|many|other)$/, "");
    if (literals.has(key) || literals.has(plain)) return false;
    return !beginnings.some((beginning) => key.startsWith(beginning as string));
  });
  expect(unused).toEqual([]);
});
