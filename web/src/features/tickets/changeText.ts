import type { TFunction } from "i18next";
import type { ChangeItem, FieldChange, OwnFieldChange } from "@/api/types";
import { valueText } from "@/ui/customFields/valueText";
import type { IconName } from "@/ui/Icon";
import { type Lists, propertyOf } from "./properties";
import { nameOf } from "./properties/property";

/** The drawing in the gutter of a change. */
export function iconOf(change: ChangeItem, lists: Pick<Lists, "statuses">): IconName {
  if (change.undo_of !== null) return "undo";
  const [first] = change.changes;
  const property = first && propertyOf(first.field);
  if (!property) return change.fields.length > 0 ? "pen" : "bolt";
  return property.history?.icon?.(first, lists) ?? property.icon;
}

/** What a change did, after its actor's name: "set status to Open, priority to High". */
export function sentenceOf(change: ChangeItem, t: TFunction): string {
  const set = change.changes.map((one) => setText(one, t)).filter(Boolean);
  set.push(...change.fields.flatMap((one) => ownFieldText(one, t)));
  const did = change.changes.map(
    (one) => propertyOf(one.field)?.history?.did?.(one, change, t) ?? "",
  );
  const parts = did.filter(Boolean);
  const cleared = change.fields.filter((one) => one.new === null).map((one) => one.name);
  if (cleared.length > 0) parts.push(t("change.cleared", { what: cleared.join(", ") }));
  if (set.length > 0) parts.unshift(t("change.set", { what: set.join(", ") }));
  const what = parts.join(", ") || t("change.other", { command: change.command });
  return change.undo_of === null ? what : t("change.tookBack", { what });
}

/** A custom field and its new value, which history says in words already. */
function ownFieldText(one: OwnFieldChange, t: TFunction): string[] {
  if (one.new === null) return [];
  const field = { ...one, help: "", options: [], pattern: null, currency: null };
  const name = valueText(field, one.new, t("customFields.yes"), t("customFields.no"));
  return [t("change.field", { field: one.name, name })];
}

/** What is set to a value: "status to Open"; what has no words of its own by its label. */
function setText(one: FieldChange, t: TFunction): string {
  const property = propertyOf(one.field);
  if (property?.history) return property.history.set?.(one, t) ?? "";
  const field = property ? t(property.label) : one.field;
  const name = nameOf(one.new);
  return name ? t("change.field", { field, name }) : "";
}
