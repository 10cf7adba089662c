import "@/app/pageTexts";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { noticeText } from "@/api/notice";
import type { MessageItem } from "@/api/types";
import { MailStateIcon } from "@/ui/TicketIcons";
import classes from "./MailState.module.css";

const silent = new Set(["sent", "delivered", "queued", "sending"]);

/** Where the mail of a reply stands; trouble is said in words. */
export function MailState({ mail }: { mail: NonNullable<MessageItem["mail"]> }) {
  const { t } = useTranslation();
  const label = t(`mail.state.${mail.state}`);
  const error = noticeText(mail.last_error_notice, mail.last_error ?? "");
  const meaning = noticeText(mail.meaning_notice, mail.meaning ?? "");
  const said = [error, meaning].filter(Boolean).join(" ");
  const title = said ? `${label}: ${said}` : label;
  const troubled = ["failed", "unknown", "bounced"].includes(mail.state);
  return (
    <Link
      to="/desk/outbox"
      search={{ mail: String(mail.outbox_id) }}
      className={`${classes.state} ${troubled ? classes.bad : ""}`}
      title={title}
      aria-label={title}
    >
      <MailStateIcon state={mail.state} />
      {!silent.has(mail.state) && label}
    </Link>
  );
}
