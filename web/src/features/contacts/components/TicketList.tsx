import { Link, useNavigate } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { usePages } from "@/api/pages";
import type { TicketRow } from "@/api/types";
import { IconButton } from "@/ui/Button";
import { ListState } from "@/ui/ListState";
import { RelativeTime } from "@/ui/RelativeTime";
import { Segments } from "@/ui/Segments";
import { EmptyState } from "@/ui/States";
import { PriorityIcon, StatusIcon } from "@/ui/TicketIcons";
import ColumnFacts from "@/ui/ticketColumns/ColumnFacts";
import { type Subject, ticketsOfQuery } from "../api";
import { type ShownTickets, shownTickets } from "../shownTickets";
import { useTicketColumns } from "../ticketColumns";
import classes from "./TicketList.module.css";

const ColumnsDialog = lazy(() => import("./ColumnsDialog"));

const done = ["resolved", "closed"];
const labels = {
  all: "contactPage.all",
  open: "contactPage.openTickets",
  done: "contactPage.doneTickets",
} as const satisfies Record<ShownTickets, string>;

type TicketListProps = { subject: Subject; counts: Record<string, number>; show: ShownTickets };

/** All tickets of a contact or an organization, with how many are open. */
export function TicketList({ subject, counts, show }: TicketListProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [columns] = useTicketColumns();
  const [choosing, setChoosing] = useState(false);
  const answer = usePages(ticketsOfQuery(subject, show, columns));
  const counted = (one: ShownTickets) =>
    Object.entries(counts)
      .filter(([category]) => one === "all" || done.includes(category) === (one === "done"))
      .reduce((sum, [, count]) => sum + count, 0);
  const choose = (one: ShownTickets) =>
    void navigate({ to: ".", search: one === "all" ? {} : { show: one }, replace: true });
  return (
    <section className={classes.list} aria-label={t("contactPage.tickets")}>
      <div className={classes.head}>
        <Segments
          label={t("contactPage.tickets")}
          value={show}
          onChange={choose}
          options={shownTickets.map((one) => ({
            value: one,
            label: `${t(labels[one])} ${counted(one)}`,
          }))}
        />
        <IconButton
          icon="rows"
          label={t("contactPage.columns")}
          onClick={() => setChoosing(true)}
        />
      </div>
      <ListState
        answer={answer}
        empty={
          <EmptyState
            icon="inbox"
            title={t("contactPage.noTickets")}
            hint={t("contactPage.noTicketsHint")}
          />
        }
        row={(row) => <Ticket key={row.number} row={row} columns={columns} />}
      />
      <Suspense>{choosing && <ColumnsDialog onClose={() => setChoosing(false)} />}</Suspense>
    </section>
  );
}

function Ticket({ row, columns }: { row: TicketRow; columns: readonly string[] }) {
  return (
    <li className={classes.row}>
      <StatusIcon category={row.status.category} color={row.status.color} label={row.status.name} />
      <span className={classes.number}>{row.number}</span>
      <PriorityIcon priority={row.priority} />
      <Link
        to="/desk/tickets/$number"
        params={{ number: row.number }}
        search={{}}
        className={`${classes.subject} cut`}
      >
        <bdi>{row.subject}</bdi>
      </Link>
      <RelativeTime at={row.updated_at} className={classes.time} />
      {columns.length > 0 && (
        <div className={classes.facts}>
          <ColumnFacts columns={columns} row={row} wrapped />
        </div>
      )}
    </li>
  );
}
