import "@/app/pageTexts";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { BalanceLine } from "@/api/types";
import { Icon } from "@/ui/Icon";
import { EmptyState, ErrorState, Skeleton } from "@/ui/States";
import { balanceQuery } from "../api";
import classes from "./BalanceTable.module.css";

const DAYS = 14;
const columns = ["received", "ticketed", "appended", "quarantined", "refused", "waiting"] as const;

/** That nothing is lost: what came to each mailbox on each day, and where all of it is. */
export function BalanceTable() {
  const { t } = useTranslation();
  const query = useQuery(balanceQuery(DAYS));
  if (query.isPending) return <Skeleton rows={8} height={36} />;
  if (!query.data) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  if (query.data.items.length === 0) {
    return <EmptyState icon="mail" title={t("mail.emptyIn")} hint={t("mail.balanceHint")} />;
  }
  const { holds, items } = query.data;
  return (
    <section className={classes.scroll} aria-label={t("mail.boxes.balance")}>
      <p className={`${classes.verdict} ${holds ? classes.good : classes.bad}`} role="status">
        <Icon name={holds ? "check" : "warn"} />
        {holds ? t("mail.balanceHolds") : t("mail.balanceBroken")}
      </p>
      <table className={classes.table}>
        <thead>
          <tr>
            <th scope="col">{t("mail.day")}</th>
            <th scope="col">{t("ticket.mailbox")}</th>
            {columns.map((column) => (
              <th key={column} scope="col" className={classes.number}>
                {t(`mail.balance.${column}`)}
              </th>
            ))}
            <th scope="col" className={classes.number}>
              {t("mail.balance.difference")}
            </th>
          </tr>
        </thead>
        <tbody>
          {items.map((line) => (
            <Line key={`${line.day} ${line.mailbox}`} line={line} />
          ))}
        </tbody>
      </table>
      <p className={classes.hint}>{t("mail.balanceHint")}</p>
    </section>
  );
}

function Line({ line }: { line: BalanceLine }) {
  const { t, i18n } = useTranslation();
  const day = new Intl.DateTimeFormat(i18n.language, { dateStyle: "medium", timeZone: "UTC" });
  const broken = line.difference > 0;
  return (
    <tr className={broken ? classes.bad : ""}>
      <th scope="row">{day.format(new Date(line.day))}</th>
      <td className="cut">
        <bdi>{line.mailbox ?? t("mail.noMailbox")}</bdi>
      </td>
      {columns.map((column) => (
        <td key={column} className={`${classes.number} ${line[column] ? "" : classes.none}`}>
          {line[column]}
        </td>
      ))}
      <td className={`${classes.number} ${broken ? "" : classes.none}`}>{line.difference}</td>
    </tr>
  );
}
