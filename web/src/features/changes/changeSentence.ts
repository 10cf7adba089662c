import type { TFunction } from "i18next";
import { settingsTexts } from "@/locales/en/settingsTexts";
import type { Change } from "./api";

type KnownCommand = keyof typeof settingsTexts.changes.what;
type KnownVia = keyof typeof settingsTexts.changes.via;

/** What a change did, after its actor's name; a command without words yet as it is written. */
export function changeSentence(change: Change, t: TFunction): string {
  const key = change.command.replaceAll(".", "_");
  if (!(key in settingsTexts.changes.what)) return change.command;
  const name = change.summary.name ?? change.summary.address ?? "";
  const sentence = t(`changes.what.${key as KnownCommand}`, { name: String(name) }).trim();
  const count = change.summary.ended_count;
  return typeof count === "number" ? `${sentence} ${t("changes.ended", { count })}` : sentence;
}

/** How it was done, when it was not simply by hand. */
export function viaText(change: Change, t: TFunction): string {
  return change.via in settingsTexts.changes.via ? t(`changes.via.${change.via as KnownVia}`) : "";
}
