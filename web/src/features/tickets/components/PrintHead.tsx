import "@/app/pageTexts";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Ticket } from "@/api/types";
import { usePrinting } from "@/lib/printing";
import { TimeStamp } from "@/ui/RelativeTime";
import classes from "./PrintHead.module.css";

/** What stands over a ticket's thread on paper: subject, number, people, dates. */
export function PrintHead({ ticket }: { ticket: Ticket }) {
  const { t } = useTranslation();
  if (!usePrinting()) return null;
  const { requester, assignee } = ticket;
  const people = [requester, ...ticket.cc].map(({ name, email }) =>
    email && email !== name ? `${name} <${email}>` : name,
  );
  return (
    <header className={`print-only ${classes.head}`}>
      <h1 className={classes.subject} dir="auto">
        {ticket.subject}
      </h1>
      <dl className={classes.facts}>
        <Fact name={t("tickets.column.number")}>#{ticket.number}</Fact>
        <Fact name={t("property.requester")}>{people[0]}</Fact>
        {requester.organization && (
          <Fact name={t("print.organization")}>{requester.organization.name}</Fact>
        )}
        {people.length > 1 && (
          <Fact name={t("recipients.participants")}>{people.slice(1).join(", ")}</Fact>
        )}
        <Fact name={t("property.assignee")}>{assignee?.name ?? t("ticket.nobody")}</Fact>
        <Fact name={t("property.team")}>{ticket.team.name}</Fact>
        <Fact name={t("property.status")}>{ticket.status.name}</Fact>
        <Fact name={t("property.priority")}>{t(`priority.name.${ticket.priority}`)}</Fact>
        {ticket.tags.length > 0 && <Fact name={t("property.tags")}>{ticket.tags.join(", ")}</Fact>}
        <Fact name={t("ticket.created")}>
          <TimeStamp at={ticket.created_at} />
        </Fact>
        <Fact name={t("tickets.column.updated")}>
          <TimeStamp at={ticket.updated_at} />
        </Fact>
        <Fact name={t("print.printed")}>
          <TimeStamp at={new Date().toISOString()} />
        </Fact>
      </dl>
    </header>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>
        <bdi>{children}</bdi>
      </dd>
    </>
  );
}
