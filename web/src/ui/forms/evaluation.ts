import type { FormCondition, OfferedField, OfferedForm } from "@/api/forms";

/**
 * What depends on what in a form, as `api/atum_desk/forms/evaluation.py` has it; both are held to
 * the cases of `tests/formCases.json`. The server checks again whatever is sent.
 */
export type FieldState = { shown: boolean; required: boolean; options: string[] | null };
export type Answers = Record<string, unknown>;
type Comparable = string[] | number | boolean | string | null;
type Values = Map<string, Comparable>;
type Leaf = Extract<FormCondition, { node: "leaf" }>;

const choices: ReadonlySet<string> = new Set(["choice", "tree", "multiple_choice"]);
const numbers: ReadonlySet<string> = new Set(["number", "money"]);
export const numeric = /^ *[+-]?[0-9]{1,20}(\.[0-9]{0,20})? *$/;

const isChoice = (kind: string) => choices.has(kind);

export function isBlank(value: unknown): boolean {
  if (value === null || value === undefined) return true;
  if (Array.isArray(value)) return value.length === 0;
  return typeof value === "string" && /^\s*$/.test(value);
}

/** The state of each field. One that is hidden, or has what it does not offer, is empty. */
export function evaluate(form: OfferedForm, answers: Answers): Map<string, FieldState> {
  const values: Values = new Map();
  const states = new Map<string, FieldState>();
  for (const section of form.sections) {
    const sectionShown = holds(section.shown_when, values);
    for (const field of section.fields) {
      const shown = sectionShown && holds(field.shown_when, values);
      const required =
        field.required || (field.required_when !== null && holds(field.required_when, values));
      const options = offeredOptions(field, values);
      states.set(field.field, { shown, required: shown && required, options });
      if (shown) values.set(field.field, comparable(field, answers[field.field], options));
    }
  }
  return states;
}

function offeredOptions(field: OfferedField, values: Values): string[] | null {
  if (!isChoice(field.kind)) return null;
  const known = field.options.filter((one) => one.active).map((one) => one.key);
  const narrowing = field.narrowings.find((one) => holds(one.when ?? null, values));
  return narrowing ? known.filter((key) => narrowing.options.includes(key)) : known;
}

/** A value as conditions compare it; null for none, and for one that the field cannot have. */
export function comparable(
  field: OfferedField,
  value: unknown,
  options: readonly string[] | null,
): Comparable {
  if (isBlank(value)) return null;
  if (options !== null) return comparableChoice(field, value, options);
  if (field.kind === "boolean") return typeof value === "boolean" ? value : null;
  if (numbers.has(field.kind)) return toNumber(value);
  return typeof value === "string" ? value : true;
}

function comparableChoice(
  field: OfferedField,
  value: unknown,
  options: readonly string[],
): string[] | null {
  const given: unknown[] = Array.isArray(value) ? value : [value];
  if (field.kind !== "multiple_choice" && given.length !== 1) return null;
  const keys = given.filter((one) => typeof one === "string" && options.includes(one)) as string[];
  if (keys.length !== given.length) return null;
  return field.kind === "tree" ? pathTo(field, keys[0]) : keys;
}

function holds(condition: FormCondition | null | undefined, values: Values): boolean {
  if (!condition) return true;
  if (condition.node === "leaf") return leafHolds(condition, values.get(condition.field) ?? null);
  const { match, members } = condition;
  if (match === "all") return members.every((one) => holds(one, values));
  const any = members.some((one) => holds(one, values));
  return match === "any" ? any : !any;
}

function leafHolds({ operator, values = [] }: Leaf, value: Comparable): boolean {
  switch (operator) {
    case "set":
      return value !== null;
    case "not_set":
      return value === null;
    case "is":
      return values.some((one) => isSame(value, one));
    case "is_not":
      return !values.some((one) => isSame(value, one));
  }
  const wanted = values[0];
  return wanted !== undefined && isBeyond(operator, value, wanted);
}

function isSame(value: Comparable, wanted: unknown): boolean {
  if (Array.isArray(value)) return value.includes(String(wanted));
  if (typeof value === "number") return value === toNumber(wanted);
  return value !== null && value === wanted;
}

function isBeyond(operator: string, value: Comparable, wanted: unknown): boolean {
  const limit = typeof value === "number" ? toNumber(wanted) : wanted;
  const areNumbers = typeof value === "number" && typeof limit === "number";
  // Dates are texts that sort as they follow each other.
  const areTexts = typeof value === "string" && typeof limit === "string";
  if (!areNumbers && !areTexts) return false;
  switch (operator) {
    case "above":
      return value > limit;
    case "at_least":
      return value >= limit;
    case "below":
      return value < limit;
    default:
      return operator === "at_most" && value <= limit;
  }
}

function toNumber(value: unknown): number | null {
  if (typeof value === "number") return value;
  return typeof value === "string" && numeric.test(value) ? Number(value) : null;
}

function pathTo(field: OfferedField, key: string | undefined): string[] {
  const above = new Map(field.options.map((one) => [one.key, one.parent ?? null]));
  const keys: string[] = [];
  let at = key ?? null;
  while (at !== null && !keys.includes(at)) {
    keys.unshift(at);
    at = above.get(at) ?? null;
  }
  return keys;
}

/** What a form begins with: the defaults of its fields. */
export function defaultsOf(form: OfferedForm): Answers {
  const fields = form.sections.flatMap((section) => section.fields);
  return Object.fromEntries(
    fields.filter((one) => !isBlank(one.default)).map((one) => [one.field, one.default]),
  );
}

const CUSTOM = "field.";
/** The request's name of a field, where it is another than the form's. */
const paths: Record<string, string> = { team: "team_id" };

/** Where a request has a field, which is how a refusal names it. */
export function pathOfField(name: string): string {
  return name.startsWith(CUSTOM) ? `fields.${name.slice(CUSTOM.length)}` : (paths[name] ?? name);
}

/** What a request sends of the fields that are shown, custom ones by key under `fields`. */
export function sentAnswers(
  form: OfferedForm,
  answers: Answers,
  sent: (value: unknown, field: OfferedField) => unknown,
) {
  const states = evaluate(form, answers);
  const fields: Record<string, unknown> = {};
  const beside: Record<string, unknown> = {};
  for (const field of form.sections.flatMap((section) => section.fields)) {
    const state = states.get(field.field);
    if (!state?.shown) continue;
    const value = answers[field.field];
    const counts =
      !isBlank(value) &&
      (state.options === null || comparable(field, value, state.options) !== null);
    if (field.field.startsWith(CUSTOM)) {
      if (value === undefined) continue;
      fields[field.field.slice(CUSTOM.length)] = counts ? sent(value, field) : null;
    } else if (counts) beside[field.field] = value;
  }
  return { fields, beside };
}
