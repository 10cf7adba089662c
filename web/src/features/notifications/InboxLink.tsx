import { Link, useRouter } from "@tanstack/react-router";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { MOST_UNREAD, useInboxCount } from "@/lib/inboxCount";
import { Icon } from "@/ui/Icon";
import classes from "./InboxLink.module.css";

/** The bell of the rail with how many are unread. */
export function InboxLink({ small }: { small: boolean }) {
  const { t } = useTranslation();
  const unread = useInboxCount();
  const { history } = useRouter();
  useEffect(() => {
    // Only where the reader chose to be told by push.
    if (navigator.serviceWorker?.controller)
      void import("./push").then(({ attach }) => attach((path) => history.push(path)));
  }, [history]);
  const label = t("inbox.title");
  const count = unread >= MOST_UNREAD ? `${MOST_UNREAD - 1}+` : String(unread);
  return (
    <Link
      to="/desk/notifications"
      search={{}}
      className={`${classes.link} ${small ? classes.small : ""}`}
      activeProps={{ "aria-current": "page" }}
      activeOptions={{ includeSearch: false }}
      title={small ? label : undefined}
      aria-label={unread > 0 ? t("inbox.titleUnread", { count: unread }) : label}
    >
      <Icon name="bell" />
      {!small && <span className="cut">{label}</span>}
      {unread > 0 && (
        <span className={classes.count} aria-hidden="true">
          <span className={classes.dot} />
          {!small && count}
        </span>
      )}
    </Link>
  );
}
