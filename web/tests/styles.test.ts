/** Style sheets mirror themselves for right-to-left: no rule names a side of the screen. */

import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

// vitest runs in the folder of its configuration.
const SOURCES = "src";
const SHEETS = Object.fromEntries(
  readdirSync(SOURCES, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".css"))
    .map((path) => [path, readFileSync(`${SOURCES}/${path}`, "utf8")]),
);

const SIDE =
  /(?:^|[\s;{])(?:(?:margin|padding|border|scroll-margin|scroll-padding)-(?:left|right)|left|right)\s*:|text-align:\s*(?:left|right)|float:\s*(?:left|right)/;
const SHORTHAND = /(?:margin|padding|inset|border-width)\s*:\s*([^;{}]+);/g;

/** Return a shorthand's values; what stands in parentheses is one of them. */
function valuesOf(text: string): string[] {
  let flat = text.trim();
  while (/\([^()]*\)/.test(flat)) flat = flat.replace(/\([^()]*\)/g, (inner) => `_${inner.length}`);
  return flat.split(/\s+/);
}

/** Return the declarations of a sheet that would not mirror. */
function physical(sheet: string): string[] {
  // A rule for a text's own direction ([dir]) has to name the side it keeps to.
  const bare = sheet.replace(/\/\*[\s\S]*?\*\//g, "").replace(/[^{}]*\[dir[^{}]*\{[^{}]*\}/g, "");
  const sides = bare.split("\n").filter((line) => SIDE.test(line));
  const uneven = [...bare.matchAll(SHORTHAND)].filter((match) => {
    const values = valuesOf(match[1] ?? "");
    return values.length === 4 && values[1] !== values[3];
  });
  return [...sides.map((line) => line.trim()), ...uneven.map((match) => match[0])];
}

test("no rule names a side of the screen", () => {
  expect(Object.keys(SHEETS).length).toBeGreaterThan(40);
  const found = Object.entries(SHEETS).flatMap(([path, sheet]) =>
    physical(sheet).map((declaration) => `${path}: ${declaration}`),
  );
  expect(found).toEqual([]);
});

test("what would not mirror is noticed", () => {
  expect(physical(".a { padding: 1px 2px 1px 3px; }")).toHaveLength(1);
  expect(physical(".a { margin: 0 calc(1px + 2px) 0 var(--gap); }")).toHaveLength(1);
  expect(physical(".a {\n  margin-left: 1px;\n}")).toHaveLength(1);
  expect(physical(".a {\n  left: 0;\n}")).toHaveLength(1);
  expect(physical(".a [dir] {\n  text-align: left;\n}")).toEqual([]);
  expect(physical(".a { padding: 1px 2px 3px; inset-inline-start: 0; }")).toEqual([]);
});
