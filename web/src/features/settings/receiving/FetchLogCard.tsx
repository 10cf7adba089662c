import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { Mailbox } from "@/api/mailboxes";
import { noticeText } from "@/api/notice";
import { Card } from "@/ui/Card";
import { RelativeTime } from "@/ui/RelativeTime";
import { fetchLogQuery } from "./api";
import classes from "./Receiving.module.css";

/** What happened while mail was fetched, newest first. */
export function FetchLogCard({ mailbox }: { mailbox: Mailbox }) {
  const { t } = useTranslation();
  const lines = useQuery(fetchLogQuery(mailbox.id)).data;
  if (!lines?.length) return null;
  return (
    <Card title={t("receiving.log")} hint={t("receiving.logHint")}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: without it the keyboard cannot scroll what only is read */}
      <ul className={classes.log} tabIndex={0} aria-label={t("receiving.log")}>
        {lines.map((line) => (
          <li key={line.id}>
            <RelativeTime at={line.at} />
            <span className={line.level === "warning" ? classes.warn : ""}>
              {noticeText(line.notice, line.words)}
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
