import type { OfferedField, OfferedForm } from "@/api/forms";
import { type Answers, comparable, defaultsOf, evaluate, numeric } from "./evaluation";

const LONGEST_PREFILL = 2000;
const MOST_PREFILLS = 50;

export type Prefill = {
  answers: Answers;
  /** The names of what the address says and the form does not take, each once. */
  leftOut: string[];
};

/**
 * What an address fills in of a form. Left out is what the form does not have, what is not offered or
 * shown by the rest of what is filled in, and what is too long. `others` are names of parameters that
 * say something else.
 */
export function prefillOf(
  form: OfferedForm,
  query: URLSearchParams,
  others: readonly string[] = [],
): Prefill {
  const fields = new Map(
    form.sections.flatMap((section) => section.fields).map((one) => [one.field, one]),
  );
  const given: Answers = {};
  const names: string[] = [];
  [...query].forEach(([name, text], at) => {
    if (others.includes(name)) return;
    names.push(name);
    const field = fields.get(name);
    if (!field || at >= MOST_PREFILLS || text.length > LONGEST_PREFILL) return;
    const value = prefilled(field, text);
    if (value !== undefined) given[name] = value;
  });
  const answers = shownOf(form, fields, given);
  const leftOut = [...new Set(names)].filter((name) => !(name in answers));
  return { answers, leftOut: leftOut.slice(0, MOST_PREFILLS) };
}

/** Values of fields that are shown and offer them now: nothing waits unseen until its field appears. */
function shownOf(
  form: OfferedForm,
  fields: ReadonlyMap<string, OfferedField>,
  given: Answers,
): Answers {
  const states = evaluate(form, { ...defaultsOf(form), ...given });
  const isTaken = ([name, value]: [string, unknown]) => {
    const state = states.get(name);
    const field = fields.get(name);
    if (!field || !state?.shown) return false;
    return state.options === null || comparable(field, value, state.options) !== null;
  };
  return Object.fromEntries(Object.entries(given).filter(isTaken));
}

function prefilled(field: OfferedField, text: string): unknown {
  const known = field.options.filter((one) => one.active).map((one) => one.key);
  switch (field.kind) {
    case "boolean":
      return text === "true" || text === "false" ? text === "true" : undefined;
    case "choice":
    case "tree":
      return known.includes(text) ? text : undefined;
    case "multiple_choice": {
      const keys = text.split(",");
      return keys.every((key) => known.includes(key)) ? keys : undefined;
    }
    case "number":
    case "money":
      return numeric.test(text) ? text : undefined;
    case "date":
      return /^\d{4}-\d{2}-\d{2}$/.test(text) ? text : undefined;
    case "person":
    case "contact":
    case "organization":
      return undefined;
  }
  return text;
}
