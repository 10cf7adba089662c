import { expect, test } from "vitest";
import { type ChipNames, composed, decomposed } from "@/features/tickets/conditionText";
import { hasFields, hasWords } from "@/features/tickets/conditionTokens";
import type { TicketSearch } from "@/features/tickets/search";

const names: ChipNames = {
  team: [
    { value: "1", name: "General" },
    { value: "2", name: 'Second "line"' },
    { value: "3", name: "Twin" },
    { value: "4", name: "Twin" },
  ],
  assignee: [
    { value: "me", name: "me" },
    { value: "none", name: "none" },
    { value: "12", name: "Ada Adams" },
  ],
  status: [
    { value: "open", name: "open" },
    { value: "on_hold", name: "on_hold" },
  ],
  priority: [
    { value: "high", name: "high" },
    { value: "urgent", name: "urgent" },
  ],
};
const read = (text: string) => {
  const next = decomposed(text, { view: "all" }, names);
  return Object.fromEntries(Object.entries(next).filter(([, value]) => value !== undefined));
};

test.each<[string, TicketSearch]>([
  ["vpn", { q: "vpn" }],
  ["status:open assignee:me", { status: "open", assignee: "me" }],
  ['assignee:"Ada Adams" -tag:vpn', { assignee: "12", q: "-tag:vpn" }],
  ["team:general,3 printer", { team: "1,3", q: "printer" }],
  ['team:"Second \\"line\\"" (a or b)', { team: "2", q: "(a or b)" }],
  ["priority:high,urgent created:>today", { priority: "high,urgent", q: "created:>today" }],
  ["tag:vpn tag:slow", { tag: "vpn", q: "tag:slow" }],
  ["requester:7 requester:x@example.org", { requester: "7", q: "requester:x@example.org" }],
  ["assignee:nobody status:opne", { q: "assignee:nobody status:opne" }],
  ["team:Twin", { q: "team:Twin" }],
  ["assignee:any priority:>=high tag:none", { q: "assignee:any priority:>=high tag:none" }],
  ["status:open or tag:vpn", { q: "status:open or tag:vpn" }],
  ["-(status:open) (status:open tag:a)", { q: "-(status:open) (status:open tag:a)" }],
  ['"status:open"', { q: '"status:open"' }],
])("what chips can say becomes chips: %s", (text, expected) => {
  expect(read(text)).toEqual({ view: "all", ...expected });
});

test.each<TicketSearch>([
  {},
  { q: "vpn -slow" },
  { status: "open,on_hold", priority: "urgent" },
  { team: "2", assignee: "12", tag: "a b" },
  { team: "3,4", requester: "7", q: "created:>today" },
  { assignee: "none", q: "-(a or tag:b)" },
  { tag: 'x"y\\z' },
  { team: "99", assignee: "98" },
])("chips and text say the same: %o", (search) => {
  const text = composed(search, names);
  const back = decomposed(text, {}, names);
  for (const key of ["team", "assignee", "status", "priority", "tag", "requester", "q"] as const) {
    expect(back[key], `${key} of ${text}`).toBe(search[key]);
  }
});

test("alternatives beside a chip stand in parentheses", () => {
  expect(composed({ status: "open", q: "a or b" }, names)).toBe("status:open (a or b)");
  expect(composed({ q: "a or b" }, names)).toBe("a or b");
});

test.each<[string, boolean]>([
  ["vpn", true],
  ["vpn -slow", true],
  ["a or b", true],
  ["status:open vpn", true],
  ["(a or b) status:open", true],
  ["words:vpn", true],
  ["", false],
  ["-slow", false],
  ["status:open", false],
  ["vpn or status:open", false],
  ["-(a b) tag:x", false],
  ["(vpn tag:x)", false],
])("words have an order of their own: %s", (text, expected) => {
  expect(hasWords(text)).toBe(expected);
});

test("what compares fields is the server's to judge", () => {
  expect(hasFields("tag:vpn slow")).toBe(true);
  expect(hasFields("slow vpn")).toBe(false);
  expect(hasFields(undefined)).toBe(false);
});
