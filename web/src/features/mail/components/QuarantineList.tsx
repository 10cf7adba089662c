import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/ui/Button";
import { EmptyState, ErrorState, Skeleton } from "@/ui/States";
import { incomingQuery } from "../api";
import type { MailSearch } from "../routes";
import { BlocksDialog } from "./BlocksDialog";
import { IncomingLine } from "./IncomingLine";
import classes from "./MailLine.module.css";

/** Mail that waits for a person: why, and from whom. */
export function QuarantineList({ search }: { search: MailSearch }) {
  const { t } = useTranslation();
  const [blocks, setBlocks] = useState(false);
  const query = useInfiniteQuery(incomingQuery("quarantined"));
  const mails = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      <div className={classes.bar}>
        <span className="grow">{t("mail.quarantineHint")}</span>
        <Button icon="shield" onClick={() => setBlocks(true)}>
          {t("mail.blocks")}
        </Button>
      </div>
      <div className={classes.list}>
        {query.isPending && <Skeleton rows={8} height={60} />}
        {query.error && !query.data && (
          <ErrorState error={query.error} onRetry={() => void query.refetch()} />
        )}
        {query.data && mails.length === 0 && (
          <EmptyState icon="check" title={t("mail.emptyHeld")} hint={t("mail.emptyHeldHint")} />
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
      <BlocksDialog opened={blocks} onClose={() => setBlocks(false)} />
    </>
  );
}
