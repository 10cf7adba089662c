import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { mailStatusQuery } from "@/api/mailboxes";
import { Card } from "@/ui/Card";
import { Icon } from "@/ui/Icon";
import { Row } from "@/ui/Row";
import classes from "./MailLines.module.css";

/** Whether mail can come in and go out. */
export function MailLines() {
  const { t } = useTranslation();
  const status = useQuery(mailStatusQuery).data;
  if (!status) return null;
  const port = String(status.smtp_port);
  return (
    <Card>
      <ul>
        <Row
          sign={<StateIcon good={status.smtp_running} />}
          name={t("mailboxes.incoming")}
          hint={
            status.smtp_running
              ? t("mailboxes.listening", { port })
              : t("mailboxes.notListening", { port })
          }
        />
        <Row
          sign={<StateIcon good={status.relay_configured} />}
          name={t("mailboxes.outgoing")}
          hint={
            status.relay_configured
              ? t("mailboxes.relay", { host: status.relay_host ?? "" })
              : t("mailboxes.noRelay")
          }
          end={
            <Link to="/desk/outbox" search={{}}>
              {t("mailboxes.toOutbox")}
            </Link>
          }
        />
      </ul>
    </Card>
  );
}

function StateIcon({ good }: { good: boolean }) {
  return <Icon name={good ? "check" : "warn"} className={good ? classes.good : classes.warn} />;
}
