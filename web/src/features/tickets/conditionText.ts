import { type Token, tokensOf } from "./conditionTokens";
import { type FilterKey, filterKeys, filterOf } from "./properties";
import type { TicketSearch } from "./search";

/** The filter chips and the text say the same: what of a text a chip can say, and a chip as text. */

/** Chips of these hold ids, also of what is not known here yet. */
const hasIds: ReadonlySet<FilterKey> = new Set(["team", "assignee", "requester"] as const);

/** Names of what chips hold by id. */
export type ChipNames = { [key in FilterKey]?: readonly { value: string; name: string }[] };

/** The whole of what narrows a list, as one text. */
export function composed(search: TicketSearch, names: ChipNames): string {
  const chips = filterKeys.flatMap((key) => {
    const values = search[key]?.split(",").filter(Boolean) ?? [];
    if (values.length === 0) return [];
    return [`${key}:${values.map((value) => written(value, names[key])).join(",")}`];
  });
  const rest = search.q ?? "";
  const isEither = tokensOf(rest).some(({ kind, depth }) => kind === "or" && depth === 0);
  return [...chips, chips.length > 0 && isEither ? `(${rest})` : rest].filter(Boolean).join(" ");
}

/** The search that a text says: what a chip can say becomes that chip, once; the rest stays text. */
export function decomposed(text: string, search: TicketSearch, names: ChipNames): TicketSearch {
  const cleared = Object.fromEntries(filterKeys.map((key) => [key, undefined]));
  const next: TicketSearch = { ...search, ...cleared, q: undefined };
  const tokens = tokensOf(text);
  const isEither = tokens.some(({ kind, depth }) => kind === "or" && depth === 0);
  const rest: string[] = [];
  for (const token of tokens) {
    const chip = isEither || token.depth > 0 ? null : chipOf(token, names);
    if (chip && next[chip.key] === undefined) next[chip.key] = chip.values.join(",");
    else rest.push(token.text);
  }
  next.q = joined(rest) || undefined;
  return next;
}

function joined(parts: string[]): string {
  return parts.join(" ").replace(/\( /g, "(").replace(/ \)/g, ")").trim();
}

function chipOf(token: Token, names: ChipNames): { key: FilterKey; values: string[] } | null {
  const key = filterKeys.find((one) => one === token.name);
  if (token.kind !== "field" || token.negated || !key || /^[<>=^]/.test(token.value)) return null;
  const parts = token.value.match(/"(?:[^"\\]|\\.)*"|[^",]+/g) ?? [];
  const values = parts.map((part) => meant(part, key, names[key]));
  if (values.length === 0 || values.some((value) => value === null)) return null;
  if (values.length > 1 && filterOf(key).single) return null;
  return { key, values: values as string[] };
}

/** The chip's value for what is written; null when only the server may know it. */
function meant(part: string, key: FilterKey, known: ChipNames[FilterKey]): string | null {
  const isQuoted = part.startsWith('"');
  const text = isQuoted ? part.slice(1, -1).replace(/\\(.)/g, "$1") : part;
  if (text.includes(",")) return null;
  if (known === undefined) {
    if (key === "tag") return isQuoted || !/^(any|none)$/i.test(text) ? text : null;
    return !isQuoted && /^\d+$/.test(text) ? text : null;
  }
  const found = known.filter(({ name }) => name.toLowerCase() === text.toLowerCase());
  if (found.length === 1 && found[0]) return found[0].value;
  if (isQuoted || found.length > 0) return null;
  if (hasIds.has(key) && /^\d+$/.test(text)) return text;
  return known.find(({ value }) => value === text.toLowerCase())?.value ?? null;
}

/** A chip's value as the text has it: by a name that means it alone, else by its id. */
function written(value: string, known: ChipNames[FilterKey]): string {
  const name = known?.find((one) => one.value === value)?.name;
  const alike = known?.filter((one) => one.name.toLowerCase() === name?.toLowerCase()).length;
  if (known && (name === undefined || alike !== 1)) return value;
  const text = name ?? value;
  const isSpecial = name !== undefined && known?.some((one) => one.value === text.toLowerCase());
  const isPlain = /^[^\s()",:\\<>=^-][^\s()",\\]*$/u.test(text) && !(isSpecial && text !== value);
  return isPlain ? text : `"${text.replace(/[\\"]/g, "\\$&")}"`;
}
