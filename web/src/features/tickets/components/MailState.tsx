import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { MessageItem } from "@/api/types";
import { MailStateIcon } from "@/ui/Signs";
import classes from "./MailState.module.css";

const silent = new Set(["sent", "queued", "sending"]);

/** Where the mail of a reply stands; trouble is said in words. */
export function MailState({ mail }: { mail: NonNullable<MessageItem["mail"]> }) {
  const { t } = useTranslation();
  const label = t(`mail.state.${mail.state}`);
  const title = mail.last_error ? `${label}: ${mail.last_error}` : label;
  const troubled = mail.state === "failed" || mail.state === "unknown";
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
