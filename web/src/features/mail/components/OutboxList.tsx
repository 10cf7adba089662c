import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { MailState, OutboxItem } from "@/api/types";
import { StoppedList } from "@/features/outgoing/components/StoppedList";
import { Button } from "@/ui/Button";
import { RelativeTime } from "@/ui/RelativeTime";
import { MailStateIcon } from "@/ui/Signs";
import { EmptyState, ErrorState, Skeleton } from "@/ui/States";
import { outboxQuery } from "../api";
import type { MailSearch } from "../routes";
import classes from "./MailLine.module.css";
import { StateFilter } from "./StateFilter";

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
  const mails = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      <StateFilter
        states={states}
        counts={query.data?.pages[0]?.counts}
        chosen={search.state}
        nameOf={(state) => t(`mail.state.${state as MailState}`)}
        onChoose={(state) => void navigate({ to: "/desk/outbox", search: { state } })}
      />
      <div className={classes.list}>
        <div className={classes.aside}>
          <StoppedList />
        </div>
        {query.isPending && <Skeleton rows={8} height={60} />}
        {query.error && !query.data && (
          <ErrorState error={query.error} onRetry={() => void query.refetch()} />
        )}
        {query.data && mails.length === 0 && (
          <EmptyState icon="mail" title={t("mail.emptyOut")} hint={t("mail.emptyOutHint")} />
        )}
        {mails.map((mail) => (
          <OutboxLine key={mail.id} mail={mail} search={search} />
        ))}
        {query.hasNextPage && (
          <div className={classes.more}>
            <Button busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
              {t("mail.more")}
            </Button>
          </div>
        )}
      </div>
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
        <bdi className={`${classes.subject} cut`}>{mail.subject}</bdi>
        <span className={classes.meta}>
          <span className={`${classes.state} ${troubled.has(mail.state) ? classes.bad : ""}`}>
            {t(`mail.state.${mail.state}`)}
          </span>
          <bdi className="cut">
            {t("mail.to", { names: mail.to.map((one) => one.name || one.address).join(", ") })}
          </bdi>
          {mail.last_error && <span className="cut">{mail.last_error}</span>}
        </span>
      </span>
      <span className={classes.end}>
        {mail.ticket_number !== null && (
          <span className={classes.number}>#{mail.ticket_number}</span>
        )}
        <RelativeTime at={mail.sent_at ?? mail.created_at} />
      </span>
    </Link>
  );
}
