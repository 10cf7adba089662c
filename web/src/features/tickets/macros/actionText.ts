import type { TFunction } from "i18next";
import type { MacroAction } from "@/api/types";
import { properties } from "../properties/table";

/** The names that actions need and tickets have only ids or keys of. */
export type Names = {
  teams: { id: number; name: string }[];
  staff: { id: number; name: string }[];
  statuses: { key: string; name: string }[];
  templates: { id: number; name: string }[];
};

const SHORT = 60;
const MINUTES_OF_HOUR = 60;

/** What an action does, in a few words. */
export function actionText(action: MacroAction, names: Names, t: TFunction): string {
  switch (action.do) {
    case "status":
      return t("macros.action.status", { value: statusName(action.status, names) });
    case "assign":
      return assignText(action, names, t);
    case "add_tags":
      return t("macros.action.addTags", { tags: action.tags.join(", ") });
    case "remove_tags":
      return t("macros.action.removeTags", { tags: action.tags.join(", ") });
    case "note":
    case "reply":
      return t("macros.action.note", { text: action.text.slice(0, SHORT) });
    case "snooze":
      return action.minutes
        ? t("macros.action.snooze", { count: Math.round(action.minutes / MINUTES_OF_HOUR) })
        : t("macros.action.snoozeReply");
    case "checklist":
      return t("macros.action.checklist", { name: nameIn(names.templates, action.template_id) });
    case "set":
      return setText(action, names, t);
  }
}

function setText(action: MacroAction & { do: "set" }, names: Names, t: TFunction): string {
  const field = fieldName(action.field, t);
  const { value } = action;
  if (value === null || value === undefined || value === "")
    return t("macros.action.clear", { field });
  return t("macros.action.set", { field, value: valueName(action.field, value, names) });
}

function assignText(action: MacroAction & { do: "assign" }, names: Names, t: TFunction): string {
  if (action.to === "me") return t("macros.action.assignMe");
  if (action.to === "nobody") return t("macros.action.assignNobody");
  const list = action.to === "team" ? names.teams : names.staff;
  return t("macros.action.assignTo", { name: nameIn(list, action.id) });
}

/** Fields of a workspace's own are called by their keys. */
function fieldName(field: string, t: TFunction): string {
  const own = Object.values(properties).find((one) => one.field === field);
  return own ? t(own.label) : field.replace(/^field\./, "");
}

function valueName(field: string, value: unknown, names: Names): string {
  if (field === "team_id") return nameIn(names.teams, value);
  if (field === "assignee_id") return nameIn(names.staff, value);
  if (field === "status") return statusName(String(value), names);
  return Array.isArray(value) ? value.join(", ") : String(value);
}

function statusName(key: string, names: Names): string {
  return names.statuses.find((one) => one.key === key)?.name ?? key;
}

function nameIn(list: { id: number; name: string }[], id: unknown): string {
  return list.find((one) => one.id === id)?.name ?? String(id);
}
