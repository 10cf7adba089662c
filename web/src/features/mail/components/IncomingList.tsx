import { useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { IncomingState } from "@/api/types";
import { Button } from "@/ui/Button";
import { EmptyState, ErrorState, Skeleton } from "@/ui/States";
import { incomingQuery } from "../api";
import type { MailSearch } from "../routes";
import { drawing, IncomingLine } from "./IncomingLine";
import classes from "./MailLine.module.css";
import { StateFilter } from "./StateFilter";

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
          <IncomingLine key={mail.id} mail={mail} search={search} />
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
