import { useTranslation } from "react-i18next";
import { valueText } from "@/ui/customFields/valueText";
import { TimeStamp } from "@/ui/RelativeTime";
import { StatusIcon } from "@/ui/TicketIcons";
import type { PortalTicket } from "../api";
import classes from "./RequestHead.module.css";

/** A value in words; options are told by their names. */
function said({ value, ...field }: PortalTicket["fields"][number], yes: string, no: string) {
  return valueText(
    { ...field, help: "", options: [], pattern: null, currency: null },
    value,
    yes,
    no,
  );
}

/** What was asked, and how it stands in words. */
export function RequestHead({ request }: { request: PortalTicket }) {
  const { t } = useTranslation();
  return (
    <header className={classes.head}>
      <h1 className={classes.subject} dir="auto">
        {request.subject}
      </h1>
      <p className={classes.state} role="status">
        <StatusIcon category={request.status.category} />
        <span>
          {t(`request.state.${request.status.category}`)}{" "}
          {request.can.reopen && t("request.ifReopens")}
          {request.can.follow_up && t("request.ifFollowUp")}
        </span>
      </p>
      <p className={classes.times}>
        {t("request.asked")} <TimeStamp at={request.created_at} />
        <span aria-hidden="true">·</span>
        {t("request.changed")} <TimeStamp at={request.updated_at} />
      </p>
      {request.fields.length > 0 && (
        <dl className={classes.fields}>
          {request.fields.map((field) => (
            <div key={field.key}>
              <dt>{field.name}</dt>
              <dd dir="auto">{said(field, t("customFields.yes"), t("customFields.no"))}</dd>
            </div>
          ))}
        </dl>
      )}
    </header>
  );
}
