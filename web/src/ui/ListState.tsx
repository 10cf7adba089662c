import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "./Button";
import { Card } from "./Card";
import classes from "./ListState.module.css";
import { EmptyState, ErrorState, Skeleton } from "./States";

type Answer<T> = { data: T[] | undefined; error: unknown; refetch: () => unknown };
type Pages = { hasNextPage?: boolean; isFetchingNextPage?: boolean; fetchNextPage?: () => unknown };

type ListStateProps<T> = {
  answer: Answer<T> & Pages;
  /** Shown in place of an empty list. */
  empty: ReactNode;
  /** Words were searched for, so that an empty list means: no match. */
  searched?: boolean;
  row: (item: T) => ReactNode;
};

/** A list with its states: coming, failed, empty, more to come. */
export function ListState<T>({ answer, empty, searched, row }: ListStateProps<T>) {
  const { t } = useTranslation();
  const { data, error } = answer;
  if (!data) {
    if (error) return <ErrorState error={error} onRetry={() => void answer.refetch()} />;
    return <Skeleton rows={5} height={52} />;
  }
  if (data.length === 0) {
    if (!searched) return empty;
    return (
      <EmptyState icon="search" title={t("settings.noMatch")} hint={t("settings.noMatchHint")} />
    );
  }
  return (
    <>
      <Card>
        <ul>{data.map(row)}</ul>
      </Card>
      {answer.hasNextPage && (
        <div className={classes.more}>
          <Button busy={answer.isFetchingNextPage} onClick={() => void answer.fetchNextPage?.()}>
            {t("settings.more")}
          </Button>
        </div>
      )}
    </>
  );
}
