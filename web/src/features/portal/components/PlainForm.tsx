import { useQuery } from "@tanstack/react-query";
import { type ChangeEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { asProblem, ownProblem } from "@/api/problem";
import { Button } from "@/ui/Button";
import { Form } from "@/ui/FormFrame";
import { type Asked, portalFieldsQuery, portalQuery, useAsk } from "../api";
import { type AskField, emptyAsk, trimmed, wrongFields } from "../ask";
import { useKeptTexts } from "../draft";
import { fileTrouble, tokensOf, useFiles } from "../files";
import { inPlainWords } from "../refusal";
import { AskFields, sentFields } from "./AskFields";
import { AskFiles } from "./AskFiles";
import classes from "./AskForm.module.css";
import { DropPlace } from "./DropPlace";
import { TextAreaField, TextField } from "./Fields";

const DRAFT_KEY = "atum.portal.ask";
/** Until the server has told its own. */
export const USUAL_LIMIT_BYTES = 25 * 1024 * 1024;

/** The form of a portal without forms: no account, files by button, paste or drop. */
export function PlainForm({ onSent }: { onSent: (asked: Asked) => void }) {
  const { t } = useTranslation();
  const limitBytes = useQuery(portalQuery).data?.upload_max_bytes ?? USUAL_LIMIT_BYTES;
  const draft = useKeptTexts(DRAFT_KEY, emptyAsk);
  const fields = useQuery(portalFieldsQuery).data ?? [];
  const [values, setValues] = useState<Record<string, unknown>>({});
  const files = useFiles(limitBytes);
  const submit = useSubmit(draft, files, () => sentFields(fields, values), onSent);
  const field = (name: AskField) => ({
    name,
    label: t(`ask.${name}`),
    value: draft.texts[name],
    onChange: (event: ChangeEvent<HTMLInputElement | HTMLTextAreaElement>) =>
      draft.change({ [name]: event.currentTarget.value }),
    "aria-required": true,
  });
  return (
    <DropPlace className={classes.ask} onFiles={files.add}>
      <p className={classes.welcome}>{t("portal.welcome")}</p>
      <Form onSubmit={submit} label={t("ask.label")}>
        {(busy) => (
          <>
            <TextField {...field("subject")} placeholder={t("ask.subjectHint")} />
            <TextAreaField {...field("text")} rows={5} placeholder={t("ask.textHint")} />
            <AskFields fields={fields} values={values} onChange={setValues} />
            <AskFiles files={files} limitBytes={limitBytes} />
            <div className={classes.who}>
              <TextField {...field("name")} autoComplete="name" />
              <TextField {...field("email")} inputMode="email" autoComplete="email" />
            </div>
            <div className={classes.foot}>
              <span className={classes.hint}>
                {draft.isEmpty ? t("ask.answerTo") : t("ask.draftKept")}
              </span>
              <Button type="submit" look="gold" size="l" busy={busy}>
                {busy ? t("ask.sending") : t("ask.submit")}
              </Button>
            </div>
          </>
        )}
      </Form>
    </DropPlace>
  );
}

type AskDraft = ReturnType<typeof useKeptTexts<typeof emptyAsk>>;

function useSubmit(
  draft: AskDraft,
  files: ReturnType<typeof useFiles>,
  fieldsOf: () => Record<string, unknown>,
  onSent: (asked: Asked) => void,
) {
  const { t } = useTranslation();
  const ask = useAsk();
  return async () => {
    const wrong = wrongFields(draft.texts, t);
    if (wrong.length > 0) throw ownProblem(wrong);
    const trouble = fileTrouble(files.files, t);
    if (trouble) throw ownProblem(trouble);
    const body = {
      ...trimmed(draft.texts),
      attachment_ids: tokensOf(files.files),
      fields: fieldsOf(),
    };
    try {
      const answer = await ask.mutateAsync(body);
      draft.clear();
      files.clear();
      onSent(answer);
    } catch (error) {
      throw inPlainWords(asProblem(error), t);
    }
  };
}
