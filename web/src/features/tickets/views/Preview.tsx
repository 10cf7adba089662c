import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { client, read } from "@/api/client";
import type { TicketQuery } from "@/api/types";
import { readersZone } from "@/lib/timeZone";
import { RelativeTime } from "@/ui/RelativeTime";
import { StatusIcon } from "@/ui/TicketIcons";
import classes from "./Preview.module.css";
import type { ConditionForms } from "./useConditionForms";
import type { ViewDraft } from "./useViewDraft";

const SHOWN = 20;

/** How many tickets meet the condition as it stands, and the first of them; the latest edit wins. */
export function Preview({ forms, sort }: { forms: ConditionForms; sort: ViewDraft["sort"] }) {
  const { t } = useTranslation();
  const text = forms.agreed;
  const asked = text !== null && forms.wrong === null;
  const zone = readersZone();
  const count = useQuery({
    queryKey: ["views", "preview", "count", text],
    queryFn: ({ signal }) =>
      read(
        client.GET("/api/v1/conditions/count", {
          params: { query: { q: text ?? "", zone } },
          signal,
        }),
      ),
    enabled: asked,
    placeholderData: keepPreviousData,
    retry: false,
  });
  const query: TicketQuery = { view: "all", q: text || undefined, zone, sort, limit: SHOWN };
  const rows = useQuery({
    queryKey: ["views", "preview", "rows", query],
    queryFn: async ({ signal }) =>
      (await read(client.GET("/api/v1/tickets", { params: { query }, signal }))).items,
    enabled: asked,
    placeholderData: keepPreviousData,
    retry: false,
  });
  const said = !count.data
    ? t("viewEditor.counting")
    : count.data.slow
      ? t("viewEditor.slow")
      : count.data.exact
        ? t("viewEditor.count", { count: count.data.count })
        : t("viewEditor.atLeast", { count: count.data.count });
  return (
    <section aria-label={t("viewEditor.preview")} className={classes.preview}>
      <p role="status" className={classes.count} data-old={!asked || undefined}>
        {said}
      </p>
      {rows.data?.length === 0 && <p className={classes.quiet}>{t("viewEditor.noneFound")}</p>}
      <ul className={classes.rows}>
        {rows.data?.map((row) => (
          <li key={row.number}>
            <Link
              to="/desk/tickets/$number"
              params={{ number: row.number }}
              className={classes.row}
            >
              <span className={classes.number}>{row.number}</span>
              <StatusIcon
                category={row.status.category}
                color={row.status.color}
                label={row.status.name}
              />
              <bdi className="cut grow">{row.subject}</bdi>
              <bdi className={`${classes.requester} cut`}>{row.requester.name}</bdi>
              <RelativeTime at={row.updated_at} of={t("tickets.column.updated")} />
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}
