import { useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { asProblem } from "@/api/problem";
import { useUndo } from "@/api/undo";
import { toast } from "@/lib/toast";
import { Button } from "@/ui/Button";
import { ErrorState, Skeleton } from "@/ui/States";
import { contactKeys } from "../keys";
import { type ContactImport, importQuery, startImport } from "./api";
import { Columns } from "./Columns";
import { ImportFrame } from "./ImportFrame";
import { ImportRows } from "./ImportRows";
import classes from "./ImportScreen.module.css";

const route = getRouteApi("/desk/contact-imports/$importId");
const POLL_MS = 2000;

/** One file of contacts: what its columns are, what would happen, and what did. */
export function ImportScreen() {
  const id = Number(route.useParams().importId);
  const { data, error, refetch } = useQuery({
    ...importQuery(id),
    refetchInterval: ({ state }) => (state.data?.state === "running" ? POLL_MS : false),
  });
  return (
    <ImportFrame entity={data?.entity ?? "contact"}>
      {!data && error && <ErrorState error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Skeleton rows={5} height={52} />}
      {data && <Import one={data} />}
    </ImportFrame>
  );
}

function Import({ one }: { one: ContactImport }) {
  const { t } = useTranslation();
  return (
    <>
      <h2 className={classes.name}>
        <bdi>{one.filename}</bdi> {t("contactImport.rows", { count: one.row_count })}
      </h2>
      {one.state === "ready" ? <Columns one={one} /> : <Progress one={one} />}
      {one.state === "ready" && <Start one={one} />}
      <ImportRows key={one.done_rows} one={one} />
    </>
  );
}

function Start({ one }: { one: ContactImport }) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const { offer } = useUndo();
  const [busy, setBusy] = useState(false);
  const start = async () => {
    setBusy(true);
    try {
      const { changeId } = await startImport(one.id);
      const message = t("contactImport.started", { name: one.filename });
      if (changeId !== null) offer({ changeId, scope: "chain", message });
      await queryClient.invalidateQueries({ queryKey: contactKeys.imports });
    } catch (error) {
      toast.show({ message: asProblem(error).message, tone: "bad" });
    } finally {
      setBusy(false);
    }
  };
  return (
    <Button look="gold" size="l" busy={busy} className={classes.start} onClick={() => void start()}>
      {t("contactImport.start", { count: one.row_count })}
    </Button>
  );
}

function Progress({ one }: { one: ContactImport }) {
  const { t } = useTranslation();
  const { undo } = useUndo();
  const counts = Object.entries(one.counts) as [keyof typeof outcomes, number][];
  const outcomes = {
    added: t("contactImport.outcome.added"),
    changed: t("contactImport.outcome.changed"),
    unchanged: t("contactImport.outcome.unchanged"),
    skipped: t("contactImport.outcome.skipped"),
    refused: t("contactImport.outcome.refused"),
  };
  const { change_id } = one;
  return (
    <section className={classes.progress} aria-live="polite">
      <progress
        max={one.row_count}
        value={one.done_rows}
        aria-label={t(`contactImport.of.${one.entity}.title`)}
        className={classes.bar}
      />
      <p>
        {t("contactImport.progress", { done: String(one.done_rows), all: String(one.row_count) })}
      </p>
      <p className={classes.counts}>
        {counts.map(([outcome, count]) => (
          <span key={outcome}>
            {outcomes[outcome]} {count}
          </span>
        ))}
      </p>
      {one.undone && <p>{t("contactImport.undone")}</p>}
      {one.state === "done" && (
        <div className={classes.actions}>
          <a
            href={`/api/v1/contact-imports/${one.id}/report.csv`}
            download
            className={classes.download}
          >
            {t("contactImport.download")}
          </a>
          {change_id !== null && !one.undone && (
            <Button
              look="line"
              icon="undo"
              onClick={() => void undo({ changeId: change_id, scope: "chain" })}
            >
              {t("contactImport.undo")}
            </Button>
          )}
        </div>
      )}
    </section>
  );
}
