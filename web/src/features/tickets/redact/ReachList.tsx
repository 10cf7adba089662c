import { useTranslation } from "react-i18next";
import classes from "./RedactDialog.module.css";
import type { RedactionReach } from "./redact";

/** Where it will be gone from, and where not. */
export function ReachList({ reach }: { reach: RedactionReach }) {
  const { t } = useTranslation();
  const places = [
    ["messages", reach.messages],
    ["files", reach.files],
    ["mailsIn", reach.mails_in],
    ["mailsOut", reach.mails_out],
    ["drafts", reach.drafts],
    ["notes", reach.notes],
    ["bulkRuns", reach.bulk_runs],
    ["traces", reach.traces],
  ] as const;
  return (
    <div className={classes.reach}>
      <p>{t("redact.confirm")}</p>
      <ul className={classes.places}>
        {places.map(
          ([place, count]) => count > 0 && <li key={place}>{t(`redact.${place}`, { count })}</li>,
        )}
      </ul>
      {reach.sent > 0 && <p>{t("redact.sent", { count: reach.sent })}</p>}
      <p>{t("redact.backups")}</p>
    </div>
  );
}
