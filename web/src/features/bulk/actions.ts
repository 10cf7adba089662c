import type { Priority, TicketType } from "@/api/types";
import type { BulkActions } from "./api";

/** What is chosen in the form; empty stands for "leave as it is". */
export type Chosen = {
  status: string;
  resolution: string;
  priority: string;
  type: string;
  team: string;
  assignee: string;
  checklist: string;
  addTags: string;
  removeTags: string;
  message: "" | "note" | "reply";
  text: string;
};

export const NOBODY = "nobody";

export const nothingChosen: Chosen = {
  status: "",
  resolution: "",
  priority: "",
  type: "",
  team: "",
  assignee: "",
  checklist: "",
  addTags: "",
  removeTags: "",
  message: "",
  text: "",
};

const tagsOf = (text: string) =>
  text
    .split(",")
    .map((tag) => tag.trim())
    .filter(Boolean);

/** The same as the API is told it. */
export function actionsOf(chosen: Chosen): BulkActions {
  const set: NonNullable<BulkActions["set"]> = {};
  if (chosen.status) set.status = chosen.status;
  if (chosen.resolution) set.resolution = chosen.resolution;
  if (chosen.priority) set.priority = chosen.priority as Priority;
  if (chosen.type) set.type = chosen.type as TicketType;
  if (chosen.team) set.team_id = Number(chosen.team);
  if (chosen.assignee) {
    set.assignee_id = chosen.assignee === NOBODY ? null : Number(chosen.assignee);
  }
  const message =
    chosen.message && chosen.text.trim() ? { kind: chosen.message, text: chosen.text } : undefined;
  return {
    set,
    add_tags: tagsOf(chosen.addTags),
    remove_tags: tagsOf(chosen.removeTags),
    checklist_template_id: chosen.checklist ? Number(chosen.checklist) : null,
    message,
  };
}

/** Whether anything would be done. */
export function doesSomething(chosen: Chosen): boolean {
  const { set = {}, add_tags = [], remove_tags = [], message } = actionsOf(chosen);
  const more = Boolean(message || chosen.checklist);
  return Object.keys(set).length + add_tags.length + remove_tags.length > 0 || more;
}
