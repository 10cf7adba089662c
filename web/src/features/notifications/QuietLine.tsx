import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Icon } from "@/ui/Icon";
import { preferencesQuery } from "./api";
import classes from "./InboxScreen.module.css";

/** When mail and push wait, and the way to what reaches the reader. */
export function QuietLine() {
  const { t, i18n } = useTranslation();
  const { quiet, absent_until: until, in_absence } = useQuery(preferencesQuery).data ?? {};
  return (
    <div className={classes.quiet}>
      {until && in_absence ? (
        <>
          <Icon name="clock" />
          <span className={`${classes.away} cut`}>
            {t(`notified.away.${in_absence}`, {
              date: new Date(until).toLocaleDateString(i18n.language),
            })}
          </span>
        </>
      ) : (
        quiet && (
          <>
            <Icon name="moon" />
            <span className="cut">
              {t("notified.quiet", {
                begin: quiet.begin.slice(0, 5),
                end: quiet.end.slice(0, 5),
                zone: quiet.zone,
              })}
            </span>
          </>
        )
      )}
      <span className="grow" />
      <Link to="/desk/settings/notifications" className={classes.change}>
        {t("notified.settings")}
      </Link>
    </div>
  );
}
