import type { Form, FormCondition } from "@/api/forms";
import type { Condition, Group } from "@/lib/conditionTree";

export type Section = Form["sections"][number];
export type FormField = NonNullable<Section["fields"]>[number];

/** What the dialog edits of a form, or of a new one. */
export function draftOf(form?: Form) {
  return {
    name: form?.name ?? "",
    help: form?.help ?? "",
    sections: form?.sections ?? ([{ title: "", help: "", fields: firstFields }] as Section[]),
    subject_template: form?.subject_template ?? "",
    text_template: form?.text_template ?? "",
    language: form?.language ?? "en",
    translations: form?.translations ?? {},
    team_id: form?.team_id ?? null,
    ticket_type: form?.ticket_type ?? null,
    priority: form?.priority ?? null,
    tags: (form?.tags ?? []).join(", "),
    in_portal: form?.in_portal ?? false,
    in_desk: form?.in_desk ?? true,
    public: form?.public ?? false,
    active: form?.active ?? true,
  };
}

export type Draft = ReturnType<typeof draftOf>;

export const newField = (field: string): FormField => ({
  field,
  label: "",
  help: "",
  required: false,
  required_when: null,
  shown_when: null,
  options: [],
  staff_only: false,
});

const firstFields = [newField("subject"), newField("text")];

/** The tree as a form keeps it: groups that lost their last member are gone, and so is one around a comparison. */
export function keptOf(tree: Group): FormCondition | null {
  const kept = pruned(tree);
  if (!kept || kept.node === "leaf") return kept;
  const [only] = kept.members;
  return kept.match === "all" && kept.members.length === 1 && only ? only : kept;
}

function pruned(condition: Condition): Condition | null {
  if (condition.node === "leaf") return condition;
  const members = condition.members.flatMap((one) => pruned(one) ?? []);
  return members.length > 0 ? { ...condition, members } : null;
}

/** A list with one member moved by a place. */
export function moved<T>(list: readonly T[], at: number, by: number): T[] {
  const next = [...list];
  const to = at + by;
  if (to < 0 || to >= next.length) return next;
  next.splice(to, 0, ...next.splice(at, 1));
  return next;
}

export const replaced = <T>(list: readonly T[], at: number, member: T): T[] =>
  list.map((one, place) => (place === at ? member : one));

export const without = <T>(list: readonly T[], at: number): T[] =>
  list.filter((_, place) => place !== at);

/** Tags as somebody writes them, separated by commas. */
export const tagsOf = (text: string): string[] =>
  text
    .split(",")
    .map((one) => one.trim())
    .filter((one) => one !== "");
