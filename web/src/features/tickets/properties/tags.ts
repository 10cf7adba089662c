import type { TFunction } from "i18next";
import type { FieldChange, TicketRow } from "@/api/types";
import type { BulkEdit } from "./property";

/** The tags with one added, or taken away when it was there. */
export function toggledTags(tags: readonly string[], tag: string): string[] {
  return tags.includes(tag) ? tags.filter((one) => one !== tag) : [...tags, tag];
}

/** Tags the chosen tickets, or takes the tag away where all of them have it. */
export function tagEdit(tag: string, chosen: TicketRow[]): BulkEdit {
  const allHave = chosen.length > 0 && chosen.every((row) => row.tags.includes(tag));
  return allHave
    ? { request: { remove_tags: [tag] }, sentence: "bulk.done.untag" }
    : { request: { add_tags: [tag] }, sentence: "bulk.done.tag" };
}

/** "added the tag vpn, removed the tags mail, print". */
export function tagSentences({ old, new: now }: FieldChange, t: TFunction): string {
  const [before, after] = [listOf(old), listOf(now)];
  const added = after.filter((tag) => !before.includes(tag));
  const removed = before.filter((tag) => !after.includes(tag));
  const say = (key: "change.tagged" | "change.untagged", tags: string[]) =>
    tags.length > 0 ? [t(key, { count: tags.length, name: tags.join(", ") })] : [];
  return [...say("change.tagged", added), ...say("change.untagged", removed)].join(", ");
}

function listOf(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
