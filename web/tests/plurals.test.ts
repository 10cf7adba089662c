import { expect, test } from "vitest";
import { addStaffTexts, i18next } from "@/app/i18n";
import { en } from "@/locales/en";

/** Never said of one: limits, and what is asked from two on. */
const ALWAYS_MANY = new Set([
  "recipients.manyTitle",
  "recipients.manyConfirm",
  "ask.tooLong",
  "bulkRuns.tooMany",
  "tags.many",
  "viewEditor.atLeast",
]);
const VERBS = new Set([
  "is",
  "was",
  "has",
  "says",
  "follows",
  "does",
  "sends",
  "answers",
  "goes",
  "gets",
  "stands",
]);
const COUNTED = /\{\{\w+[^}]*\}\} (people|[a-z]+s)\b/g;

function textsIn(part: object, above = ""): [string, string][] {
  return Object.entries(part).flatMap(([name, value]): [string, string][] =>
    typeof value === "string" ? [[above + name, value]] : textsIn(value, `${above}${name}.`),
  );
}

// The server's own sentences are held by api/tests/features/test_notices.py.
const { notice: _, ...own } = en;
const texts = new Map(textsIn(own));

test("what is counted has a text for one and for many", () => {
  const single = [...texts].filter(([key, text]) => {
    if (/_(one|other|zero)$/.test(key) || ALWAYS_MANY.has(key)) return false;
    return [...text.matchAll(COUNTED)].some(([, noun = ""]) => !VERBS.has(noun));
  });
  expect(single).toEqual([]);
});

test("a text for one has one for many beside it, and both are chosen by the count", async () => {
  addStaffTexts(en);
  const keys = [...texts.keys()].filter((key) => /_(one|other)$/.test(key));
  const stems = new Set(keys.map((key) => key.replace(/_(one|other)$/, "")));
  expect(stems.size).toBeGreaterThan(30);
  const say = i18next.t as (key: string, options: object) => string;
  for (const stem of stems) {
    expect([texts.has(`${stem}_one`), texts.has(`${stem}_other`)], stem).toEqual([true, true]);
    expect(say(stem, { count: 1 }), stem).toBe(say(`${stem}_one`, { count: 1 }));
    expect(say(stem, { count: 2 }), stem).toBe(say(`${stem}_other`, { count: 2 }));
  }
});

test("a proof of one ticket and of many is told with the number as the reader's language writes it", () => {
  addStaffTexts(en);
  expect(i18next.t("operations.proven", { count: 1 })).toBe("Proven, 1 ticket");
  expect(i18next.t("operations.proven", { count: 41_000 })).toBe("Proven, 41,000 tickets");
});
