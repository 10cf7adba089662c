import { render } from "@testing-library/react";
import { expect, test } from "vitest";
import { withoutBlankEnds } from "@/lib/text";
import { PlainText } from "@/ui/PlainText";

test.each([
  ["    if ready:\n\tgo\n", "    if ready:\n\tgo"],
  ["\n \n  first\n\n\n  second \n\n", "  first\n\n\n  second"],
  ["\r\n  first", "  first"],
  [" \n \n", ""],
])("%j is sent as %j", (typed, sent) => {
  expect(withoutBlankEnds(typed)).toBe(sent);
});

test("a text is shown with the indentation of its first line", () => {
  const { container } = render(<PlainText text={"\n  first\n    second\n\n  third \n"} />);
  const shown = [...container.querySelectorAll("p")].map((one) => one.textContent);
  expect(shown).toEqual(["  first\n    second", "  third"]);
});
