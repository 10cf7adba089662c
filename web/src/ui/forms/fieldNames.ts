import type { TFunction } from "i18next";
import type { OfferedField, OfferedForm } from "@/api/forms";
import { type Answers, comparable, type FieldState, isBlank, pathOfField } from "./evaluation";

const builtIn = new Set(["subject", "text", "priority", "type", "team"] as const);
type BuiltIn = "subject" | "text" | "priority" | "type" | "team";
const isBuiltIn = (name: string): name is BuiltIn => builtIn.has(name as BuiltIn);

/** What a field is called: by its form, or as every ticket's is in the reader's language. */
export function labelOf({ field, label }: Pick<OfferedField, "field" | "label">, t: TFunction) {
  if (label) return label;
  return isBuiltIn(field) ? t(`form.field.${field}`) : field;
}

/** The options of a field; those that every ticket has as its form names them, else in the reader's language. */
export function optionsOf({ field, options }: OfferedField, t: TFunction) {
  if (field !== "priority" && field !== "type") return options;
  return options.map((one) => ({
    ...one,
    name: one.name === one.key ? t(`form.${field}.${one.key}` as "form.type.task") : one.name,
  }));
}

/** The fields that are shown, required and empty, in the words of the catalogue. */
export function missingFields(
  form: OfferedForm,
  states: ReadonlyMap<string, FieldState>,
  answers: Answers,
  t: TFunction,
): { field: string; message: string }[] {
  const fields = form.sections.flatMap((section) => section.fields);
  return fields.flatMap((field) => {
    const state = states.get(field.field);
    if (!state?.required) return [];
    const value = answers[field.field];
    const isOffered = state.options === null || comparable(field, value, state.options) !== null;
    if (!isBlank(value) && isOffered) return [];
    const message = t("form.missing", { name: labelOf(field, t) });
    return [{ field: pathOfField(field.field), message }];
  });
}
