import { useTranslation } from "react-i18next";
import { useLiftStop } from "@/api/outbox";
import type { MailAddress, Ticket } from "@/api/types";
import { Button } from "@/ui/Button";
import { Icon } from "@/ui/Icon";
import classes from "./MailNotice.module.css";

/** Says before somebody writes that mail to one of these people would only come back. */
export function StoppedNotice({ ticket, people }: { ticket: Ticket; people: MailAddress[] }) {
  const { t } = useTranslation();
  const { lift, busy, may } = useLiftStop();
  const addressed = new Set(people.map((one) => one.address.toLowerCase()));
  const among = ticket.requester.stopped?.filter((one) => addressed.has(one.email.toLowerCase()));
  return among?.map((stopped) => (
    <div key={stopped.id} className={classes.notice} role="alert">
      <Icon name="warn" className={classes.bad} />
      <span className={`${classes.words} ${classes.bad}`}>
        {t("outgoing.stopped", { email: stopped.email, words: stopped.words })}
      </span>
      {may && (
        <Button size="s" disabled={busy} onClick={() => void lift(stopped)}>
          {t("outgoing.lift")}
        </Button>
      )}
    </div>
  ));
}
