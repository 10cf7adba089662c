import type { Form, FormCondition } from "@/api/forms";

export type Section = Form["sections"][number];
export type FormField = NonNullable<Section["fields"]>[number];
export type Leaf = Extract<FormCondition, { node: "leaf" }>;
export type Joined = { match: "all" | "any"; leaves: Leaf[] };

/** What the dialog edits of a form, or of a new one. */
export function draftOf(form?: Form) {
  return {
    name: form?.name ?? "",
    help: form?.help ?? "",
    sections: form?.sections ?? ([{ title: "", help: "", fields: firstFields }] as Section[]),
    subject_template: form?.subject_template ?? "",
    text_template: form?.text_template ?? "",
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

/** A condition as the dialog edits it; null for one of several groups, which a script made. */
export function joinedOf(condition: FormCondition | null | undefined): Joined | null {
  if (!condition) return { match: "all", leaves: [] };
  if (condition.node === "leaf") return { match: "all", leaves: [condition] };
  const leaves = condition.members.filter((one): one is Leaf => one.node === "leaf");
  if (condition.match === "none" || leaves.length < condition.members.length) return null;
  return { match: condition.match, leaves };
}

export function conditionOf({ match, leaves }: Joined): FormCondition | null {
  const [first, ...others] = leaves;
  if (!first) return null;
  return others.length === 0 ? first : { node: "group", match, members: leaves };
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
