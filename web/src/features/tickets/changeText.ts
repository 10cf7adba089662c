import type { TFunction } from "i18next";
import type { ChangeItem, FieldChange, Priority, TicketType } from "@/api/types";
import type { IconName } from "@/ui/Icon";

const drawings: Record<string, IconName> = {
  status: "open",
  assignee: "user",
  team: "users",
  priority: "p3",
  tags: "tag",
  subject: "pen",
  requester: "user",
  type: "layers",
};

/** The drawing in the gutter of a change. */
export function iconOf(change: ChangeItem): IconName {
  if (change.undo_of !== null) return "undo";
  const field = change.changes[0]?.field ?? "";
  if (field === "status") return change.changes[0]?.new === "Resolved" ? "check" : "open";
  return drawings[field] ?? "bolt";
}

/** What a change did, after its actor's name: "set status to Open, priority to High". */
export function sentenceOf(change: ChangeItem, t: TFunction): string {
  const set = change.changes.map((one) => settingOf(one, t)).filter(Boolean);
  const done = change.changes.map((one) => deedOf(one, change, t)).filter(Boolean);
  if (set.length > 0) done.unshift(t("change.set", { what: set.join(", ") }));
  const what = done.join(", ") || t("change.other", { command: change.command });
  return change.undo_of === null ? what : t("change.tookBack", { what });
}

/** Fields that are set to a value: "status to Open". */
function settingOf(one: FieldChange, t: TFunction): string {
  const name = textOf(one.new);
  switch (one.field) {
    case "priority":
      return t("change.priority", { name: t(`priority.name.${name as Priority}`) });
    case "type":
      return t("change.type", { name: t(`type.${name as TicketType}`) });
    case "status":
      return t("change.status", { name });
    case "team":
      return t("change.team", { name });
    case "requester":
      return t("change.requester", { name });
    case "assignee":
    case "tags":
    case "subject":
      return "";
    default:
      return name ? t("change.field", { field: one.field, name }) : "";
  }
}

/** Fields that have a verb of their own: "took the ticket". */
function deedOf(one: FieldChange, change: ChangeItem, t: TFunction): string {
  if (one.field === "tags") return tagsText(one, t);
  const name = textOf(one.new);
  if (one.field === "subject") return t("change.subject", { name });
  if (one.field !== "assignee") return "";
  if (!name) return t("change.unassigned");
  return name === change.actor?.name ? t("change.took") : t("change.assigned", { name });
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "object" && "name" in value) return String(value.name);
  return String(value);
}

function listOf(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function tagsText(one: FieldChange, t: TFunction): string {
  const before = listOf(one.old);
  const after = listOf(one.new);
  const added = after.filter((tag) => !before.includes(tag));
  const removed = before.filter((tag) => !after.includes(tag));
  const parts = [];
  if (added.length > 0)
    parts.push(t("change.tagged", { count: added.length, name: added.join(", ") }));
  if (removed.length > 0) {
    parts.push(t("change.untagged", { count: removed.length, name: removed.join(", ") }));
  }
  return parts.join(", ");
}
