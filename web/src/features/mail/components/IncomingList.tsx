import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { IncomingMail, IncomingState } from "@/api/types";
import { sizeText } from "@/lib/sizes";
import { Button, IconButton } from "@/ui/Button";
import { Icon, type IconName } from "@/ui/Icon";
import { RelativeTime } from "@/ui/RelativeTime";
import { EmptyState, ErrorState, Skeleton } from "@/ui/States";
import { incomingQuery, useMailActions } from "../api";
import type { MailSearch } from "../routes";
import classes from "./MailLine.module.css";
import { StateFilter } from "./StateFilter";

const drawing: Record<IncomingState, IconName> = {
  received: "clock",
  ticketed: "plus",
  appended: "reply",
  quarantined: "warn",
  refused: "x",
};
const states = Object.keys(drawing) as IncomingState[];

function stateOf(search: MailSearch): IncomingState | undefined {
  return states.find((state) => state === search.state);
}

/** Mails as they came in; what could not be read stays here, whole. */
export function IncomingList({ search }: { search: MailSearch }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const query = useInfiniteQuery(incomingQuery(stateOf(search)));
  const mails = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      <StateFilter
        states={states}
        counts={query.data?.pages[0]?.counts}
        chosen={search.state}
        nameOf={(state) => t(`mail.incomingState.${state as IncomingState}`)}
        onChoose={(state) =>
          void navigate({ to: "/desk/outbox", search: { box: "incoming", state } })
        }
      />
      <div className={classes.list}>
        {query.isPending && <Skeleton rows={8} height={60} />}
        {query.error && !query.data && (
          <ErrorState error={query.error} onRetry={() => void query.refetch()} />
        )}
        {query.data && mails.length === 0 && (
          <EmptyState icon="mail" title={t("mail.emptyIn")} hint={t("mail.emptyInHint")} />
        )}
        {mails.map((mail) => (
          <IncomingLine key={mail.id} mail={mail} />
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

function IncomingLine({ mail }: { mail: IncomingMail }) {
  const { t, i18n } = useTranslation();
  const { retryIncoming } = useMailActions();
  const stuck = mail.state === "quarantined";
  return (
    <div className={classes.line}>
      <Icon name={drawing[mail.state]} className={stuck ? classes.bad : ""} />
      <span className={classes.words}>
        <bdi className={`${classes.subject} cut`}>{mail.subject || t("mail.noSubject")}</bdi>
        <span className={classes.meta}>
          <span className={stuck ? classes.bad : ""}>{t(`mail.incomingState.${mail.state}`)}</span>
          {mail.reason && <span className="cut">{mail.reason}</span>}
          <bdi className="cut">{mail.from}</bdi>
          <span>{sizeText(mail.size, i18n.language)}</span>
        </span>
      </span>
      <span className={classes.end}>
        {mail.ticket_number !== null && (
          <Link
            to="/desk/tickets/$number"
            params={{ number: mail.ticket_number }}
            search={{}}
            className={classes.number}
          >
            #{mail.ticket_number}
          </Link>
        )}
        <RelativeTime at={mail.received_at} />
        {stuck && (
          <IconButton
            icon="retry"
            label={t("mail.readAgain")}
            disabled={retryIncoming.isPending}
            onClick={() => retryIncoming.mutate(mail.id)}
          />
        )}
        <a href={`/api/v1/mails/${mail.id}/raw`} download aria-label={t("mail.download")}>
          <Icon name="download" />
        </a>
      </span>
    </div>
  );
}
