import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type NoticeRef, noticeText } from "@/api/notice";
import { asProblem } from "@/api/problem";
import type { MissingValues } from "@/api/types";
import { Page } from "@/app/settings/SettingsPage";
import { Button } from "@/ui/Button";
import { Card } from "@/ui/Card";
import { Form } from "@/ui/Form";
import { givenOf, isLacking, MissingFields } from "@/ui/MissingFields";
import { EmptyState } from "@/ui/States";
import { ActionFields } from "./ActionFields";
import { actionsOf, type Chosen, doesSomething, nothingChosen } from "./actions";
import { type BulkRunRequest, previewQuery, useBegin } from "./api";
import classes from "./bulk.module.css";
import { type BulkSelection, requestOf } from "./selection";
import "./texts";

/** What shall be done to many tickets, and a preview of it; starting leads to the report. */
export function NewRunPage() {
  const { t } = useTranslation();
  const selection = requestOf(useSearch({ strict: false }) as BulkSelection);
  return (
    <Page section="bulk">
      {selection ? (
        <NewRun selection={selection} />
      ) : (
        <EmptyState icon="checks" title={t("bulkRuns.empty")} hint={t("bulkRuns.emptyHint")} />
      )}
    </Page>
  );
}

const PAUSE_MS = 400;

function NewRun({ selection }: { selection: Omit<BulkRunRequest, "actions"> }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [chosen, setChosen] = useState<Chosen>(nothingChosen);
  const [settled] = useDebouncedValue(chosen, PAUSE_MS);
  const begin = useBegin();
  const preview = useQuery(
    previewQuery({ ...selection, actions: actionsOf(settled) }, doesSomething(settled)),
  );
  const count = preview.data?.count ?? 0;
  const missing = preview.data?.missing;
  const [given, setGiven] = useState<MissingValues>({});
  const ready = settled === chosen && preview.data !== undefined && !preview.error;
  const start = async () => {
    const where_missing = missing && isLacking(missing) ? givenOf(missing, given) : undefined;
    const actions = { ...actionsOf(chosen), where_missing };
    const run = await begin.mutateAsync({ ...selection, actions });
    void navigate({ to: "/desk/settings/bulk/$runId", params: { runId: String(run.id) } });
  };
  return (
    <Form onSubmit={start} label={t("bulkRuns.title")}>
      {(busy) => (
        <div className={classes.stack}>
          <h2>{t("bulkRuns.title")}</h2>
          <ActionFields
            chosen={chosen}
            onChange={(part) => setChosen((held) => ({ ...held, ...part }))}
            variables={preview.data?.variables ?? []}
          />
          {missing && isLacking(missing) && (
            <Card padded title={t("missing.title")} hint={t("missing.hint")}>
              <div className={classes.stack}>
                <MissingFields missing={missing} value={given} onChange={setGiven} counted />
              </div>
            </Card>
          )}
          <Preview answer={preview} asked={doesSomething(settled)} />
          <div className={classes.head}>
            <Button
              type="submit"
              look="gold"
              size="l"
              busy={busy}
              disabled={!ready || count === 0 || count > (preview.data?.most ?? 0)}
            >
              {t("bulkRuns.start", { count })}
            </Button>
          </div>
        </div>
      )}
    </Form>
  );
}

type PreviewProps = {
  answer: {
    data?: { count: number; most: number; samples: Sample[]; notices: Notice[] };
    error: unknown;
    isFetching: boolean;
  };
  asked: boolean;
};
type Notice = NoticeRef & { text: string };
type Sample = { number: number; subject: string; requester: string; text: string | null };

function Preview({ answer, asked }: PreviewProps) {
  const { t } = useTranslation();
  const { data, error, isFetching } = answer;
  return (
    <Card padded title={t("bulkRuns.preview")}>
      <div role="status">
        {!asked && <p className={classes.hint}>{t("bulkRuns.nothing")}</p>}
        {asked && error !== null && <p className={classes.bad}>{asProblem(error).message}</p>}
        {asked && isFetching && !data && <p className={classes.hint}>{t("bulkRuns.counting")}</p>}
        {asked && data && !error && (
          <>
            <p>
              {data.count > data.most
                ? t("bulkRuns.tooMany", { most: String(data.most) })
                : t("bulkRuns.takes", { count: data.count })}
            </p>
            {data.notices.map((notice) => (
              <p key={notice.text}>{noticeText(notice, notice.text)}</p>
            ))}
            {data.samples.map((sample) => (
              <div key={sample.number} className={classes.sample}>
                <span className={classes.hint}>
                  {t("bulkRuns.sample", { ...sample, number: String(sample.number) })}
                </span>
                {sample.text !== null && <span className={classes.sampleText}>{sample.text}</span>}
              </div>
            ))}
          </>
        )}
      </div>
    </Card>
  );
}
