import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { usePages } from "@/api/pages";
import { asProblem, inReadersWords } from "@/api/problem";
import type { Problem } from "@/api/types";
import { Page } from "@/app/settings/SettingsPage";
import { toast } from "@/lib/toast";
import { Button } from "@/ui/Button";
import { Card } from "@/ui/Card";
import { ListState } from "@/ui/ListState";
import { ErrorState, Skeleton } from "@/ui/States";
import { type BulkRun, isUnfinished, itemsQuery, runQuery, useRunAction } from "./api";
import classes from "./bulk.module.css";
import { useRunName, useStateText } from "./words";

/** One bulk change: how far it is, or its report with one undo for all. */
export function RunPage() {
  const { runId } = useParams({ strict: false }) as { runId: string };
  const answer = useQuery(runQuery(Number(runId)));
  return (
    <Page section="bulk">
      {answer.data ? (
        <Report run={answer.data} />
      ) : answer.error ? (
        <ErrorState error={answer.error} onRetry={() => void answer.refetch()} />
      ) : (
        <Skeleton rows={4} height={48} />
      )}
    </Page>
  );
}

function Report({ run }: { run: BulkRun }) {
  const { t } = useTranslation();
  const nameOf = useRunName();
  const stateOf = useStateText();
  const done = run.changed + run.unchanged + run.refused;
  const unfinished = isUnfinished(run);
  const progress = t("bulkRuns.progress", { done: String(done), total: String(run.total) });
  return (
    <div className={classes.stack}>
      <div className={classes.head}>
        <h2>{nameOf(run)}</h2>
        <span role="status">{stateOf(run)}</span>
        <Actions run={run} />
      </div>
      {unfinished && (
        <progress
          className={classes.progress}
          aria-label={progress}
          value={run.total > 0 ? done : undefined}
          max={run.total || 1}
        />
      )}
      {run.problem && (
        <p className={classes.bad} role="alert">
          {inReadersWords(run.problem as Problem).detail}
        </p>
      )}
      <Card padded title={t("bulkRuns.report")} hint={progress}>
        <dl className={classes.counts}>
          {(["changed", "unchanged", "refused"] as const).map((name) => (
            <div key={name}>
              <dt>{t(`bulkRuns.${name}`)}</dt>
              <dd>{run[name]}</dd>
            </div>
          ))}
        </dl>
      </Card>
      {run.mail_at && run.can_undo && (
        <p className={classes.hint}>
          {t("bulkRuns.mailAt", { at: new Date(run.mail_at).toLocaleTimeString() })}
        </p>
      )}
      <Refused run={run} />
      {run.kind === "outbound" && <Opened run={run} />}
      <Link to="/desk/settings/bulk">{t("bulkRuns.all")}</Link>
    </div>
  );
}

function Actions({ run }: { run: BulkRun }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const cancel = useRunAction("cancel");
  const undo = useRunAction("undo");
  const act = async (action: typeof undo, go: boolean) => {
    try {
      const { id } = await action.mutateAsync(run.id);
      if (go) void navigate({ to: "/desk/settings/bulk/$runId", params: { runId: String(id) } });
    } catch (error) {
      toast.show({ message: asProblem(error).message, tone: "bad" });
    }
  };
  if (run.undone_by !== null) {
    return (
      <Link to="/desk/settings/bulk/$runId" params={{ runId: String(run.undone_by) }}>
        {t("bulkRuns.undone", { id: String(run.undone_by) })}
      </Link>
    );
  }
  if (isUnfinished(run)) {
    return (
      <Button
        look="line"
        icon="x"
        busy={cancel.isPending}
        disabled={run.cancel_asked}
        onClick={() => void act(cancel, false)}
      >
        {t("bulkRuns.cancel")}
      </Button>
    );
  }
  if (!run.can_undo) return null;
  return (
    <Button look="line" icon="undo" busy={undo.isPending} onClick={() => void act(undo, true)}>
      {t(run.kind === "undo" ? "bulkRuns.redo" : "bulkRuns.undo")}
    </Button>
  );
}

/** The tickets of a run that opened some, each a link. */
function Opened({ run }: { run: BulkRun }) {
  const { t } = useTranslation();
  const answer = usePages(itemsQuery(run.id, run.changed));
  if (run.changed === 0) return null;
  return (
    <Card title={t("bulkRuns.opened")}>
      <ListState
        answer={answer}
        empty={null}
        row={(item) =>
          item.opened !== null && (
            <li key={item.number} className={classes.refused}>
              <Link to="/desk/tickets/$number" params={{ number: item.opened }}>
                {t("bulkRuns.openedFor", {
                  number: String(item.opened),
                  address: item.address ?? "",
                })}
              </Link>
            </li>
          )
        }
      />
    </Card>
  );
}

function Refused({ run }: { run: BulkRun }) {
  const { t } = useTranslation();
  const items = run.refused_items ?? [];
  if (items.length === 0) return null;
  return (
    <Card
      title={t("bulkRuns.refused")}
      hint={t(run.kind === "outbound" ? "bulkRuns.nobodyRefusedHint" : "bulkRuns.refusedHint")}
    >
      <ul>
        {items.map(({ number, problem, address }) => (
          <li key={number} className={classes.refused}>
            {typeof address === "string" ? (
              <bdi>{address}</bdi>
            ) : (
              <Link to="/desk/tickets/$number" params={{ number }}>
                {t("bulkRuns.ticket", { number: String(number) })}
              </Link>
            )}
            <span className={classes.hint}>{inReadersWords(problem as Problem).detail}</span>
          </li>
        ))}
      </ul>
      {run.refused > items.length && (
        <p className={classes.refused}>
          {t("bulkRuns.refusedMore", { count: items.length, all: String(run.refused) })}
        </p>
      )}
    </Card>
  );
}
