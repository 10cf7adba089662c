import { expect, test } from "vitest";
import { momentOfWords, usualMoments } from "@/lib/usualMoments";

// A Wednesday.
const now = new Date(2026, 10, 25, 15, 20).getTime();

test.each([
  ["30m", new Date(2026, 10, 25, 15, 50)],
  ["in 2 hours", new Date(2026, 10, 25, 17, 20)],
  ["3d", new Date(2026, 10, 28, 15, 20)],
  ["1 week", new Date(2026, 11, 2, 15, 20)],
  ["tomorrow", new Date(2026, 10, 26, 9)],
  ["Tomorrow 14:30", new Date(2026, 10, 26, 14, 30)],
  ["tomorrow at 8", new Date(2026, 10, 26, 8)],
  ["17:00", new Date(2026, 10, 25, 17)],
  ["8:15", new Date(2026, 10, 26, 8, 15)],
  ["monday 8", new Date(2026, 10, 30, 8)],
  ["wed", new Date(2026, 11, 2, 9)],
  ["today 18", new Date(2026, 10, 25, 18)],
])("%j is a moment", (words, moment) => {
  expect(momentOfWords(words, now)).toEqual(moment);
});

test.each([["", "soon", "0", "today 8", "25:00", "12:75", "monday", "x"]].flat().map((w) => [w]))(
  "%j is said by the rules or refused",
  (words) => {
    const found = momentOfWords(words, now);
    expect(found === null || found.getTime() > now).toBe(true);
    expect(found === null).toBe(!["monday", "0"].includes(words));
  },
);

test("the usual moments are to come", () => {
  expect(usualMoments.later(now)).toEqual(new Date(2026, 10, 25, 19));
  expect(usualMoments.tomorrow(now)).toEqual(new Date(2026, 10, 26, 9));
  expect(usualMoments.week(now)).toEqual(new Date(2026, 10, 30, 9));
});
