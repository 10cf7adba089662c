import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useMayExport } from "@/api/access";
import { usePages } from "@/api/pages";
import { readersZone } from "@/lib/timeZone";
import { Button } from "@/ui/Button";
import { Card } from "@/ui/Card";
import { Form, SelectField, TextField } from "@/ui/Form";
import { EmptyState, ErrorState, Skeleton } from "@/ui/States";
import { downloadFile } from "../exports/exportAddress";
import {
  type DayRange,
  type GroupedBy,
  groupings,
  sumQuery,
  type TimeTotal,
  totalsQuery,
} from "./api";
import { durationText } from "./duration";
import { dayInput } from "./localInput";
import classes from "./Time.module.css";

type Search = { by?: string; from?: string; to?: string };
const DAY = /^\d{4}-\d\d-\d\d$/;

/** The sums of a range of days, which the address holds, as a table and as a file. */
export function TotalsCard() {
  const { t } = useTranslation();
  const { by, range, go } = useAsked();
  const mayExport = useMayExport();
  return (
    <Card
      title={t("timePage.totals")}
      hint={t("timePage.totalsHint")}
      padded
      action={mayExport && <Exports range={range} />}
    >
      <Form onSubmit={async () => {}} label={t("timePage.totals")}>
        {() => (
          <div className={classes.range}>
            <TextField
              name="from"
              type="date"
              label={t("timePage.from")}
              value={range.from}
              onChange={(event) => go({ from: event.currentTarget.value })}
            />
            <TextField
              name="to"
              type="date"
              label={t("timePage.to")}
              value={range.to}
              onChange={(event) => go({ to: event.currentTarget.value })}
            />
            <SelectField
              name="by"
              label={t("timePage.by")}
              value={by}
              data={groupings.map((value) => ({ value, label: t(`timePage.group.${value}`) }))}
              onChange={(event) => go({ by: event.currentTarget.value })}
            />
          </div>
        )}
      </Form>
      <Totals by={by} range={range} />
    </Card>
  );
}

/** What the address asks for; without days the current month. */
function useAsked() {
  const search = useSearch({ strict: false }) as Search;
  const navigate = useNavigate();
  const now = new Date();
  const day = (text: string | undefined, otherwise: Date) =>
    text && DAY.test(text) ? text : dayInput(otherwise);
  const by = groupings.find((one) => one === search.by) ?? "agent";
  const range: DayRange = {
    from: day(search.from, new Date(now.getFullYear(), now.getMonth(), 1)),
    to: day(search.to, now),
    zone: readersZone(),
  };
  const go = (part: Search) =>
    void navigate({ to: ".", search: (before) => ({ ...before, ...part }), replace: true });
  return { by, range, go };
}

function Exports({ range }: { range: DayRange }) {
  const { t } = useTranslation();
  const save = (format: "csv" | "xlsx") =>
    downloadFile(`/api/v1/time-entries.${format}?${new URLSearchParams(range)}`);
  return (
    <span>
      {(["xlsx", "csv"] as const).map((format) => (
        <Button key={format} look="line" icon="download" onClick={() => save(format)}>
          {t(`export.${format}`)}
        </Button>
      ))}
    </span>
  );
}

function Totals({ by, range }: { by: GroupedBy; range: DayRange }) {
  const { t } = useTranslation();
  const answer = usePages(totalsQuery(by, range));
  const sum = useQuery(sumQuery(range));
  if (answer.error)
    return <ErrorState error={answer.error} onRetry={() => void answer.refetch()} />;
  if (!answer.data || !sum.data) return <Skeleton rows={4} height={36} />;
  if (sum.data.entries === 0)
    return <EmptyState icon="timer" title={t("timePage.empty")} hint={t("timePage.emptyHint")} />;
  return (
    <div className={classes.scroll}>
      <table className={classes.totals}>
        <thead>
          <tr>
            <th scope="col">{t(`timePage.group.${by}`)}</th>
            {(["entries", "time", "billable"] as const).map((name) => (
              <th key={name} scope="col" className={classes.number}>
                {t(`timePage.${name}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {answer.data.map((total) => (
            <tr key={total.key ?? ""}>
              <th scope="row">
                <Name by={by} total={total} />
              </th>
              <Numbers {...total} />
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">{t("timePage.total")}</th>
            <Numbers {...sum.data} />
          </tr>
        </tfoot>
      </table>
      {answer.hasNextPage && (
        <Button onClick={() => void answer.fetchNextPage()}>{t("timeEntry.more")}</Button>
      )}
    </div>
  );
}

function Name({ by, total }: { by: GroupedBy; total: TimeTotal }) {
  const { t, i18n } = useTranslation();
  if (total.key === null) return t(`timePage.none.${by}`);
  if (by === "day") {
    return new Date(`${total.key}T12:00`).toLocaleDateString(i18n.language, {
      weekday: "short",
      year: "numeric",
      month: "short",
      day: "numeric",
    });
  }
  if (by !== "ticket") return <bdi>{total.name}</bdi>;
  return (
    <Link to="/desk/tickets/$number" params={{ number: Number(total.key) }} search={{}}>
      <bdi>
        #{total.key} {total.name}
      </bdi>
    </Link>
  );
}

function Numbers(props: Pick<TimeTotal, "entries" | "seconds" | "billable_seconds">) {
  const { t, i18n } = useTranslation();
  return (
    <>
      <td className={classes.number}>{props.entries.toLocaleString(i18n.language)}</td>
      <td className={classes.number}>{durationText(props.seconds, t, i18n.language)}</td>
      <td className={classes.number}>{durationText(props.billable_seconds, t, i18n.language)}</td>
    </>
  );
}
