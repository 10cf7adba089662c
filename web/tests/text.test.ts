import { expect, test } from "vitest";
import { withoutBlankEnds } from "@/lib/text";

test.each([
  ["    if ready:\n\tgo\n", "    if ready:\n\tgo"],
  ["\n \n  first\n\n\n  second \n\n", "  first\n\n\n  second"],
  ["\r\n  first", "  first"],
  [" \n \n", ""],
])("%j is sent as %j", (typed, sent) => {
  expect(withoutBlankEnds(typed)).toBe(sent);
});
