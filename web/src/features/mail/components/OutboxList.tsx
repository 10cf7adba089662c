import "@/app/pageTexts";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { noticeText } from "@/api/notice";
import type { MailState, OutboxItem } from "@/api/types";
import { RelativeTime } from "@/ui/RelativeTime";
import { MailStateIcon } from "@/ui/TicketIcons";
import { outboxQuery } from "../api";
import type { MailSearch } from "../search";
import classes from "./MailLine.module.css";
import { MailPages } from "./MailPages";
import { StateFilter } from "./StateFilter";
import { StoppedList } from "./StoppedList";

const states: readonly MailState[] = [
  "held",
  "queued",
  "sending",
  "unknown",
  "failed",
  "bounced",
  "sent",
  "delivered",
  "cancelled",
];

const troubled = new Set<MailState>(["failed", "bounced", "unknown"]);

/** Mails on their way out. */
export function OutboxList({ search }: { search: MailSearch }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const query = useInfiniteQuery(outboxQuery(states.find((state) => state === search.state)));
  return (
    <>
      <StateFilter
        states={states}
        counts={query.data?.pages[0]?.counts}
        chosen={search.state}
        nameOf={(state) => t(`mail.state.${state as MailState}`)}
        onChoose={(state) => void navigate({ to: "/desk/outbox", search: { state } })}
      />
      <MailPages
        query={query}
        empty={{ icon: "mail", title: t("mail.emptyOut"), hint: t("mail.emptyOutHint") }}
        above={
          <div className={classes.aside}>
            <StoppedList />
          </div>
        }
      >
        {(mail) => <OutboxLine key={mail.id} mail={mail} search={search} />}
      </MailPages>
    </>
  );
}

function OutboxLine({ mail, search }: { mail: OutboxItem; search: MailSearch }) {
  const { t } = useTranslation();
  const current = search.mail === String(mail.id);
  return (
    <Link
      to="/desk/outbox"
      search={{ ...search, mail: String(mail.id) }}
      className={`${classes.line} ${classes.link}`}
      aria-current={current ? "true" : undefined}
    >
      <MailStateIcon state={mail.state} />
      <span className={classes.words}>
        <bdi className={`${classes.subject} cut`} data-whole>
          {mail.subject}
        </bdi>
        <span className={classes.meta}>
          <span className={`${classes.state} ${troubled.has(mail.state) ? classes.bad : ""}`}>
            {t(`mail.state.${mail.state}`)}
          </span>
          <bdi className="cut">
            {t("mail.to", { names: mail.to.map((one) => one.name || one.address).join(", ") })}
          </bdi>
          {mail.last_error && (
            <span className="cut">{noticeText(mail.last_error_notice, mail.last_error)}</span>
          )}
        </span>
      </span>
      <span className={classes.end}>
        {mail.ticket_number !== null && (
          <span className={classes.number}>#{mail.ticket_number}</span>
        )}
        <RelativeTime at={mail.created_at} />
      </span>
    </Link>
  );
}
