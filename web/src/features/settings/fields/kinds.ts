import type { FieldEntity, FieldKind } from "@/api/customFields";
import type { IconName } from "@/ui/Icon";

export const entities: FieldEntity[] = ["ticket", "contact", "organization"];

/** The drawing of each kind of field, in the order in which they are offered. */
export const iconOfKind: Record<FieldKind, IconName> = {
  text: "text",
  long_text: "file",
  number: "gauge",
  money: "chart",
  date: "clock",
  moment: "timer",
  choice: "done",
  multiple_choice: "checks",
  tree: "layers",
  boolean: "check",
  person: "user",
  contact: "at",
  organization: "home",
  url: "link",
  email: "mail",
  phone: "phone",
};
export const kinds = Object.keys(iconOfKind) as FieldKind[];

export const hasOptions = (kind: FieldKind) =>
  kind === "choice" || kind === "multiple_choice" || kind === "tree";
/** Kinds whose values may have to have the form of a pattern. */
export const mayHavePattern = (kind: FieldKind) => kind === "text" || kind === "phone";
/** People and organizations are shown to the staff alone. */
export const mayBeForRequesters = (kind: FieldKind) =>
  kind !== "person" && kind !== "contact" && kind !== "organization";
