import type { QueryKey } from "@tanstack/react-query";
import type { LiveChange } from "@/lib/liveSocket";

const writingMail = new Set(["ticket.reply", "ticket.open", "ticket.edit_reply"]);

/** Which boxes a change made old: mail commands themselves, and replies, which become mail. */
export function mailInvalidations(change: LiveChange): QueryKey[] {
  const [noun] = change.command.split(".");
  const touchesMail =
    noun === "mail" || noun === "outbox" || noun === "standing" || writingMail.has(change.command);
  if (!touchesMail && change.undo_of === null) return [];
  return [["outbox"], ["mails"]];
}
