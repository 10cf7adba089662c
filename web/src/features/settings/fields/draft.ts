import type {
  CustomField,
  FieldEntity,
  FieldKind,
  FieldOption,
  InputField,
} from "@/api/customFields";

/** An option as the dialog holds it; one without a key is new. */
export type DraftOption = Omit<FieldOption, "key"> & { key: string | null };

/** What the dialog edits of a field, or of a new one. */
export function draftOf(field?: CustomField) {
  return {
    entity: field?.entity ?? ("ticket" as FieldEntity),
    kind: field?.kind ?? ("text" as FieldKind),
    name: field?.name ?? "",
    help: field?.help ?? "",
    currency: field?.currency ?? "",
    pattern: field?.pattern ?? "",
    default: (field?.default ?? null) as unknown,
    options: (field?.options ?? []) as DraftOption[],
    required_on: field?.required_on ?? [],
    hand_over_team_ids: field?.hand_over_team_ids ?? [],
    requesters: field?.requesters ?? ("none" as const),
    team_ids: field?.team_ids ?? [],
    ticket_types: field?.ticket_types ?? [],
    active: field?.active ?? true,
  };
}

export type Draft = ReturnType<typeof draftOf>;

/** The field as it would be filled in. */
export function inputOf(draft: Draft): InputField {
  const options = draft.options.flatMap(({ key, ...one }) =>
    key === null ? [] : [{ ...one, key }],
  );
  return {
    key: "",
    name: draft.name,
    kind: draft.kind,
    help: draft.help,
    options,
    pattern: draft.pattern || null,
    currency: draft.currency || null,
  };
}

/** Options as the API takes them: new ones get their keys from their names. */
export function sentOptions(options: readonly DraftOption[]) {
  return options
    .filter((one) => one.name.trim() !== "")
    .map(({ key, name, color, parent, active }) => ({
      ...(key === null ? {} : { key }),
      name: name.trim(),
      color: color ?? null,
      parent: parent ?? null,
      active,
    }));
}
