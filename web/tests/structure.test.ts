import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { settingsTexts } from "@/locales/en/settingsTexts";
import { readSourceGraph } from "../scripts/sourceGraph";

const WEB = dirname(import.meta.dirname);
const graph = readSourceGraph();
const files = [...graph.keys()];

/** The places from the lowest to the highest: each may import those before it. */
const layers = ["lib", "api", "ui", "app", "features"];
/** These collect the features, and nothing but them starts the desk. */
const collectors = new Set(["src/app/features.ts", "src/app/PortalApp.tsx"]);

const featureOf = (file: string) => /^src\/features\/([^/]+)\//.exec(file)?.[1];
const layerOf = (file: string) => layers.indexOf(/^src\/(\w+)\//.exec(file)?.[1] ?? "");

test("no feature imports another", () => {
  const crossing = files.flatMap((file) =>
    (graph.get(file) ?? [])
      .filter((one) => featureOf(file) && featureOf(one.file))
      .filter((one) => featureOf(file) !== featureOf(one.file))
      .map((one) => `${file} imports ${one.file}`),
  );
  expect(crossing).toEqual([]);
});

test("what is shared knows neither the shell nor the features", () => {
  // Types of an icon or a component's props are erased; nothing of ui/ is loaded with lib/.
  const upwards = files.flatMap((file) =>
    (graph.get(file) ?? [])
      .filter((one) => one.kind !== "type" && !collectors.has(file))
      .filter((one) => layerOf(file) >= 0 && layerOf(one.file) > layerOf(file))
      .map((one) => `${file} imports ${one.file}`),
  );
  expect(upwards).toEqual([]);
});

test("no imports go round in a circle, types and what is loaded later included", () => {
  const done = new Set<string>();
  const circles: string[] = [];
  const follow = (file: string, way: string[]) => {
    if (way.includes(file)) {
      circles.push([...way.slice(way.indexOf(file)), file].join(" > "));
      return;
    }
    if (done.has(file)) return;
    for (const one of graph.get(file) ?? []) follow(one.file, [...way, file]);
    done.add(file);
  };
  for (const file of files) follow(file, []);
  expect(circles).toEqual([]);
});

/** Longer than a head holds, each with its reason. */
const LONG: Record<string, string> = {
  "src/locales/en/settings.ts": "one catalogue, read by key",
  "src/locales/en/tickets.ts": "one catalogue, read by key",
  "src/features/tickets/components/Properties.tsx": "the sections of one pane",
  "src/features/tickets/ticketCommands.ts": "all verbs of a ticket, in one list",
  "src/features/tickets/properties/table.tsx": "one entry for each property",
};

test("a file over 300 lines is named with its reason", () => {
  const long = files.filter((file) => {
    if (file.includes("/generated/")) return false;
    return readFileSync(join(WEB, file), "utf8").split("\n").length > 301;
  });
  expect(long.filter((file) => !LONG[file])).toEqual([]);
});

test("every class of a stylesheet is used by the component beside it", () => {
  const unused: string[] = [];
  const root = join(WEB, "src");
  const paths = readdirSync(root, { recursive: true }).map(String);
  const texts = new Map(
    paths
      .filter((path) => /\.tsx?$/.test(path))
      .map((path) => [path, readFileSync(join(root, path), "utf8")]),
  );
  for (const path of paths.filter((one) => one.endsWith(".module.css"))) {
    const css = readFileSync(join(root, path), "utf8").replace(
      /\/\*[\s\S]*?\*\/|:global\([^)]*\)/g,
      "",
    );
    const names = new Set([...css.matchAll(/\.([a-zA-Z][\w-]*)(?=[^{}]*\{)/g)].map((m) => m[1]));
    const base = path.split("/").at(-1) as string;
    const users = [...texts].filter(([, text]) => text.includes(`/${base}"`));
    const used = users.map(([, text]) => text).join("\n");
    const named = (name: string) =>
      used.includes(`classes.${name}`) || new RegExp(`["'\`]${name}["'\`]`).test(used);
    // A class looked up by a value, such as classes[category], may be any of them.
    if (/classes\[/.test(used)) continue;
    for (const name of names) if (!named(name as string)) unused.push(`${path}: .${name}`);
  }
  expect(unused).toEqual([]);
});

/** Where the texts of the settings are there: these import `@/app/settings/texts` or come with what does. */
const WITH_SETTINGS_TEXTS =
  /^src\/(locales|app\/settings|features\/(contacts|settings|bulk|operations|changes|mail\/rules))\/|^src\/ui\/MeanwhileFields/;

test("what the desk shows at first names no text that comes with the settings", () => {
  const names = Object.keys(settingsTexts).join("|");
  const named = new RegExp(`["'\`](${names})\\.`);
  const isEarly = (file: string) => !WITH_SETTINGS_TEXTS.test(file) || file.endsWith("/feature.ts");
  const wrong = files
    .filter(isEarly)
    // A custom field in a request is named by a path, `fields.cost_centre`, which is no text.
    .filter((file) =>
      named.test(readFileSync(join(WEB, file), "utf8").replaceAll("`fields.${", "")),
    );
  expect(wrong).toEqual([]);
});

test("every name in the groups of the build is a file or folder of the tree", () => {
  const config = readFileSync(join(WEB, "vite.config.ts"), "utf8");
  const paths = readdirSync(join(WEB, "src"), { recursive: true }).map((path) => `/src/${path}`);
  const patterns = [...config.matchAll(/"([^"]*\/src\/[^"]*)"/g)].flatMap((match) =>
    alternatives(match[1] as string),
  );
  const named = patterns.filter((pattern) => pattern.startsWith("/src/"));
  expect(named.length).toBeGreaterThan(30);
  const gone = named.filter((start) => !paths.some((path) => `${path}/`.startsWith(start)));
  expect(gone).toEqual([]);
});

/** Takes a pattern of paths apart: `/a/(b|c).|/d/` is `/a/b.`, `/a/c.` and `/d/`. */
function alternatives(pattern: string): string[] {
  const parts = pattern.replaceAll("\\\\.", ".").match(/(?:[^|(]|\([^)]*\))+/g) ?? [];
  return parts.flatMap((part) => {
    const [, before, inner, after] = /^([^(]*)\(([^)]*)\)(.*)$/.exec(part) ?? [];
    if (inner === undefined) return [part];
    return inner.split("|").map((one) => `${before}${one}${after}`);
  });
}
