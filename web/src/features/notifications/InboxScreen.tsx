import "./texts";
import { getRouteApi, Link } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { usePages } from "@/api/pages";
import { useInboxCount } from "@/lib/inboxCount";
import { toast } from "@/lib/toast";
import { Button } from "@/ui/Button";
import { Bar, BarTitle, Pane } from "@/ui/Pane";
import { EmptyState, ErrorState, Skeleton } from "@/ui/States";
import { ToastSlot } from "@/ui/ToastSlot";
import { inboxQuery, useMark } from "./api";
import classes from "./InboxScreen.module.css";
import { QuietLine } from "./QuietLine";
import { TicketGroup } from "./TicketGroup";
import { useInboxKeys } from "./useInboxKeys";

const Reminders = lazy(() => import("./Reminders"));

const route = getRouteApi("/desk/notifications");
const exactly = { exact: true, includeSearch: true };

/** What reached the reader, by ticket. */
export function InboxScreen() {
  const { t } = useTranslation();
  const count = useInboxCount();
  const mark = useMark();
  const readAll = () =>
    mark.mutate(
      { marks: { all: true }, read: true },
      { onSuccess: () => toast.show({ message: t("notified.marked") }) },
    );
  return (
    <Pane as="main" label={t("inbox.title")}>
      <Bar wraps>
        <BarTitle>{t("inbox.title")}</BarTitle>
        {count > 0 && <span className={classes.count}>{t("notified.unread", { count })}</span>}
        <span className="grow" />
        <nav className={classes.kinds} aria-label={t("notified.show")}>
          <Link
            to="/desk/notifications"
            search={{}}
            className={classes.kind}
            activeOptions={exactly}
          >
            {t("notified.all")}
          </Link>
          <Link
            to="/desk/notifications"
            search={{ unread: true }}
            className={classes.kind}
            activeOptions={exactly}
          >
            {t("notified.onlyUnread")}
          </Link>
        </nav>
        <Button icon="checks" disabled={count === 0 || mark.isPending} onClick={readAll}>
          {t("notified.readAll")}
        </Button>
      </Bar>
      <QuietLine />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: without it the keyboard cannot scroll what only is read */}
      <section className={classes.scroll} aria-label={t("notified.list")} tabIndex={0}>
        <Suspense>
          <Reminders />
        </Suspense>
        <Groups />
      </section>
      <ToastSlot />
    </Pane>
  );
}

function Groups() {
  const { t } = useTranslation();
  const { unread = false } = route.useSearch();
  const answer = usePages(inboxQuery(unread));
  const tickets = answer.data ?? [];
  const current = useInboxKeys(tickets);
  if (!answer.data) {
    if (answer.error)
      return <ErrorState error={answer.error} onRetry={() => void answer.refetch()} />;
    return <Skeleton rows={5} height={52} />;
  }
  if (tickets.length === 0)
    return <EmptyState icon="bell" title={t("notified.none")} hint={t("notified.noneHint")} />;
  return (
    <>
      {tickets.map((ticket) => (
        <TicketGroup key={ticket.number} ticket={ticket} current={current === ticket.number} />
      ))}
      {answer.hasNextPage && (
        <div className={classes.more}>
          <Button busy={answer.isFetchingNextPage} onClick={() => void answer.fetchNextPage()}>
            {t("notified.more")}
          </Button>
        </div>
      )}
    </>
  );
}
