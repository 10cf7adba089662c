import type { QueryKey } from "@tanstack/react-query";
import { SHOWS_MAIL } from "@/api/access";
import { defineFeature } from "@/app/feature";
import type { LiveChange } from "@/lib/liveSocket";
import { mailRulesRoute, outboxRoute } from "./routes";

export const mailFeature = defineFeature({
  name: "mail",
  routes: { desk: [outboxRoute], settings: [mailRulesRoute] },
  commands: [
    "mail_receive",
    "mail_file",
    "mail_confirm",
    "mail_quarantine",
    "mail_refuse",
    "mail_erase",
    "mail_retry",
    "mail_defer",
    "mail_hold",
    "mail_rules_edit",
    "mail_text_reparse",
    "mail_text_check",
    "mail_block_add",
    "mail_block_remove",
    "quarantine_release",
    "quarantine_delete",
    "quarantine_block",
    "outbox_schedule",
    "outbox_hurry",
    "outbox_arrived",
    "outbox_release",
    "outbox_retry",
    "outbox_cancel",
    "outbox_claim",
    "outbox_sent",
    "outbox_fail",
    "standing_lift",
  ],
  navigation: [{ to: "/desk/outbox", icon: "mail", label: "desk.mail", parts: SHOWS_MAIL }],
  palette: [
    {
      id: "mail",
      place: "go",
      icon: "mail",
      label: "desk.mail",
      keys: "g o",
      run: (desk) => void desk.navigate({ to: "/desk/outbox", search: {} }),
    },
  ],
  settings: [
    {
      key: "mail-rules",
      group: "mail",
      icon: "inbox",
      title: "settings.section.mail-rules",
      part: "mailSettings",
    },
  ],
  live: { words: ["mail"], staleKeys: staleMail },
});

const writingMail = new Set(["ticket.reply", "ticket.open", "ticket.edit_reply"]);

/** Which boxes a change made old: mail commands themselves, and replies, which become mail. */
function staleMail(change: LiveChange): QueryKey[] {
  const [noun] = change.command.split(".");
  const touchesMail =
    change.fields.includes("mail") ||
    // The rules of mail are settings.
    change.fields.includes("settings") ||
    noun === "mail" ||
    noun === "outbox" ||
    noun === "standing" ||
    writingMail.has(change.command);
  if (!touchesMail && change.undo_of === null) return [];
  return [["outbox"], ["mails"]];
}
