import { useDocumentTitle } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { Icon } from "@/ui/Icon";
import { RelativeTime } from "@/ui/RelativeTime";
import { EmptyState, ErrorState, Skeleton } from "@/ui/States";
import { StatusIcon } from "@/ui/TicketIcons";
import { isLinkRefused, requestsQuery } from "./api";
import { AskLink } from "./components/LinkInvalid";
import { PortalFoot, PortalHead } from "./components/PortalFrame";
import classes from "./RequestsScreen.module.css";

/** The requests that this browser may see. */
export default function RequestsScreen() {
  const { t } = useTranslation();
  const query = useQuery(requestsQuery);
  useDocumentTitle(t("request.requests"));
  const nobody = isLinkRefused(query.error) || query.data?.length === 0;
  return (
    <div className={classes.page}>
      <PortalHead />
      <main className={classes.column}>
        <h1 className={classes.title}>{t("request.requests")}</h1>
        <p className={classes.hint}>{t("request.requestsHint")}</p>
        {query.isPending && <Skeleton rows={3} height={64} />}
        {nobody && (
          <EmptyState
            icon="mail"
            title={t("request.none")}
            hint={t("request.noneHint")}
            action={<AskLink />}
          />
        )}
        {query.error && !nobody && (
          <ErrorState error={query.error} onRetry={() => void query.refetch()} />
        )}
        {query.data && (
          <ul>
            {query.data.map((request) => (
              <li key={request.number}>
                <Link href={`/requests/${request.number}`} className={classes.request}>
                  <StatusIcon category={request.status.category} />
                  <span className={classes.words}>
                    <bdi className={`${classes.subject} cut`} data-whole>
                      {request.subject}
                    </bdi>
                    <small className={`${classes.state} cut`}>
                      {t(`request.state.${request.status.category}`)}
                    </small>
                  </span>
                  <span className={classes.end}>
                    <span>#{request.number}</span>
                    <RelativeTime at={request.updated_at} />
                    <Icon name="right" />
                  </span>
                </Link>
              </li>
            ))}
          </ul>
        )}
      </main>
      <PortalFoot />
    </div>
  );
}
