import "@/app/pageTexts";
import type { UseInfiniteQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/ui/Button";
import type { IconName } from "@/ui/Icon";
import { EmptyState, ErrorState, Skeleton } from "@/ui/States";
import classes from "./MailLine.module.css";

type Pages<T> = { pages: { items: T[] }[] };
type MailPagesProps<T> = {
  query: UseInfiniteQueryResult<Pages<T>>;
  /** What is said where there is none. */
  empty: { icon: IconName; title: string; hint: string };
  above?: ReactNode;
  children: (mail: T) => ReactNode;
};

/** Mails a page at a time: what stands there while they come, when they do not, and when there are none. */
export function MailPages<T>({ query, empty, above, children }: MailPagesProps<T>) {
  const { t } = useTranslation();
  const mails = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <div className={classes.list}>
      {above}
      {query.isPending && <Skeleton rows={8} height={60} />}
      {query.error && !query.data && (
        <ErrorState error={query.error} onRetry={() => void query.refetch()} />
      )}
      {query.data && mails.length === 0 && <EmptyState {...empty} />}
      {mails.map(children)}
      {query.hasNextPage && (
        <div className={classes.more}>
          <Button busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            {t("mail.more")}
          </Button>
        </div>
      )}
    </div>
  );
}
