import "./texts";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { asProblem, inReadersWords } from "@/api/problem";
import type { Problem } from "@/api/types";
import { Page } from "@/app/settings/SettingsPage";
import { Button } from "@/ui/Button";
import { Card } from "@/ui/Card";
import { Form, TextAreaField, TextField } from "@/ui/Form";
import { readAddresses } from "../recipients";
import {
  MOST_PEOPLE,
  nothingWritten,
  type Outbound,
  type OutboundPreview,
  previewQuery,
  requestOf,
  useBeginOutbound,
} from "./api";
import classes from "./Outbound.module.css";
import { OutboundFacts } from "./OutboundFacts";

const PAUSE_MS = 400;

/** Opens a ticket for each of many people, and writes to each; the run's report follows. */
export function OutboundPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [form, setForm] = useState(nothingWritten);
  const change = (part: Partial<Outbound>) => setForm((held) => ({ ...held, ...part }));
  const [settled] = useDebouncedValue(form, PAUSE_MS);
  const tooMany = readAddresses(settled.people).length > MOST_PEOPLE;
  const asked = isWritten(settled) && !tooMany;
  const preview = useQuery(previewQuery(requestOf(settled), asked));
  const begin = useBeginOutbound();
  const count = asked && !preview.error ? (preview.data?.count ?? 0) : 0;
  const submit = async () => {
    const run = await begin.mutateAsync(requestOf(form));
    void navigate({ to: "/desk/settings/bulk/$runId", params: { runId: String(run.id) } });
  };
  return (
    <Page section="bulk">
      <Form onSubmit={submit} label={t("outbound.title")}>
        {(busy) => (
          <div className={classes.stack}>
            <h2>{t("outbound.title")}</h2>
            <p className={classes.hint}>{t("outbound.hint")}</p>
            <Words form={form} change={change} variables={preview.data?.variables ?? []} />
            <OutboundFacts form={form} change={change} />
            <Card padded title={t("outbound.preview")}>
              <div role="status" className={classes.stack}>
                {tooMany && (
                  <p className={classes.bad}>
                    {t("outbound.tooMany", { most: String(MOST_PEOPLE) })}
                  </p>
                )}
                {!tooMany && !asked && <p className={classes.hint}>{t("outbound.nothing")}</p>}
                {asked && preview.error && (
                  <p className={classes.bad}>{asProblem(preview.error).message}</p>
                )}
                {asked && preview.isFetching && !preview.data && (
                  <p className={classes.hint}>{t("outbound.checking")}</p>
                )}
                {asked && preview.data && !preview.error && <Shown preview={preview.data} />}
              </div>
            </Card>
            <div>
              <Button
                type="submit"
                look="gold"
                size="l"
                busy={busy}
                disabled={count === 0 || settled !== form}
              >
                {t("outbound.start", { count })}
              </Button>
            </div>
          </div>
        )}
      </Form>
    </Page>
  );
}

const isWritten = ({ people, subject, text }: Outbound) =>
  readAddresses(people).length > 0 && subject.trim() !== "" && text.trim() !== "";

type WordsProps = {
  form: Outbound;
  change: (part: Partial<Outbound>) => void;
  variables: readonly string[];
};

function Words({ form, change, variables }: WordsProps) {
  const { t } = useTranslation();
  return (
    <>
      <TextAreaField
        name="people"
        label={t("outbound.people")}
        description={t("outbound.peopleHint")}
        value={form.people}
        minRows={3}
        maxRows={12}
        dir="auto"
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => change({ people: event.currentTarget.value })}
      />
      <TextField
        name="subject"
        label={t("outbound.subject")}
        value={form.subject}
        maxLength={500}
        dir="auto"
        onChange={(event) => change({ subject: event.currentTarget.value })}
      />
      <div>
        <TextAreaField
          name="text"
          label={t("outbound.text")}
          value={form.text}
          minRows={6}
          dir="auto"
          onChange={(event) => change({ text: event.currentTarget.value })}
        />
        {variables.length > 0 && (
          <>
            <p className={classes.hint}>{t("outbound.textHint")}</p>
            <p className={classes.variables}>
              {variables.map((name) => (
                <code key={name}>{`{{ ${name} }}`}</code>
              ))}
            </p>
          </>
        )}
      </div>
    </>
  );
}

/** How many get a ticket, who does not and why, and what the first few read. */
function Shown({ preview: { count, refused, samples } }: { preview: OutboundPreview }) {
  const { t } = useTranslation();
  return (
    <>
      <p>{t("outbound.count", { count })}</p>
      {refused.length > 0 && (
        <div>
          <p className={classes.bad}>{t("outbound.refused", { count: refused.length })}</p>
          <ul className={classes.refused}>
            {refused.map(({ place, address, problem }) => (
              <li key={place}>
                <bdi>{address}</bdi>{" "}
                <span className={classes.hint}>{inReadersWords(problem as Problem).detail}</span>
              </li>
            ))}
          </ul>
        </div>
      )}
      {samples.map(({ address, text, problem }) => (
        <div key={address} className={classes.sample}>
          <bdi className={classes.hint}>{address}</bdi>
          {text === null ? (
            <span className={classes.bad}>
              {problem && inReadersWords(problem as Problem).detail}
            </span>
          ) : (
            <span className={classes.text}>{text}</span>
          )}
        </div>
      ))}
    </>
  );
}
