import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { OfferedForm } from "@/api/forms";
import { asProblem, ownProblem } from "@/api/problem";
import { languageName, languageOf } from "@/lib/languageNames";
import { Button } from "@/ui/Button";
import { Form } from "@/ui/FormFrame";
import { type Answers, defaultsOf, evaluate, sentAnswers } from "@/ui/forms/evaluation";
import { missingFields } from "@/ui/forms/fieldNames";
import { prefillOf } from "@/ui/forms/prefill";
import { ErrorState } from "@/ui/States";
import { type Asked, languageInAddress, portalFormQuery, portalQuery, useAsk } from "../api";
import { wrongFields } from "../ask";
import { useKeptTexts } from "../draft";
import { fileTrouble, tokensOf, useFiles } from "../files";
import { usePortalTitle } from "../portalTitle";
import { inPlainWords, inWordsOf } from "../refusal";
import { sentOf } from "./AskFields";
import { AskFiles } from "./AskFiles";
import classes from "./AskForm.module.css";
import { DropPlace } from "./DropPlace";
import { SelectField, TextField } from "./Fields";
import FormLanguage from "./FormLanguage";
import { FormSections } from "./FormSections";
import { USUAL_LIMIT_BYTES } from "./PlainForm";

const nobody = { name: "", email: "" };

type FilledFormProps = {
  formKey: string;
  /** At its public address, which it may not have. */
  isPublic?: boolean;
  /** `language` is that in which the form was read. */
  onSent: (asked: Asked, language: string) => void;
  /** What stands above it. */
  children?: ReactNode;
};

/** A form of the workspace for whoever asks: what the address fills in stands there already. */
export default function FilledForm(props: FilledFormProps) {
  const { formKey, isPublic = false, onSent, children } = props;
  const [lang, setLang] = useState(languageInAddress);
  const answer = useQuery(portalFormQuery(formKey, isPublic, lang));
  if (answer.error) {
    return <ErrorState error={answer.error} onRetry={() => void answer.refetch()} />;
  }
  if (!answer.data) return null;
  return (
    <FormLanguage language={answer.data.language}>
      <Filled form={answer.data} isPublic={isPublic} onSent={onSent} onLanguage={setLang}>
        {children}
      </Filled>
    </FormLanguage>
  );
}

type FilledProps = Omit<FilledFormProps, "formKey"> & {
  form: OfferedForm;
  onLanguage: (lang: string) => void;
};

function Filled({ form, isPublic, onSent, onLanguage, children }: FilledProps) {
  const { t, i18n } = useTranslation();
  usePortalTitle(isPublic);
  const limitBytes = useQuery(portalQuery).data?.upload_max_bytes ?? USUAL_LIMIT_BYTES;
  const who = useKeptTexts("atum.portal.who", nobody);
  const [answers, setAnswers] = useState<Answers>(() => ({
    ...defaultsOf(form),
    ...prefillOf(form, new URLSearchParams(location.search)).answers,
  }));
  const [read, setRead] = useState(form);
  if (read !== form) {
    setRead(form);
    setAnswers(inOtherWords(answers, read, form));
  }
  const states = useMemo(() => evaluate(form, answers), [form, answers]);
  const files = useFiles(limitBytes);
  const ask = useAsk();
  const submit = async () => {
    const texts = { subject: "-", text: "-", ...who.texts };
    const wrong = [...missingFields(form, states, answers, t), ...wrongFields(texts, t)];
    if (wrong.length > 0) throw ownProblem(wrong);
    const trouble = fileTrouble(files.files, t);
    if (trouble) throw ownProblem(trouble);
    try {
      onSent(
        await ask.mutateAsync({
          ...bodyOf(form, answers),
          name: who.texts.name.trim(),
          email: who.texts.email.trim(),
          attachment_ids: tokensOf(files.files),
        }),
        form.language,
      );
    } catch (error) {
      throw inPlainWords(inWordsOf(asProblem(error), i18n), t);
    }
  };
  const line = (name: "name" | "email") => ({
    name,
    label: t(`ask.${name}`),
    value: who.texts[name],
    onChange: (event: { currentTarget: HTMLInputElement }) =>
      who.change({ [name]: event.currentTarget.value }),
    "aria-required": true,
  });
  return (
    <DropPlace className={classes.ask} onFiles={files.add}>
      {children && <div>{children}</div>}
      {form.languages.length > 1 && <LanguageChoice form={form} onLanguage={onLanguage} />}
      <div {...languageOf(form.language)}>
        <h2 className={classes.formName}>
          <bdi>{form.name}</bdi>
        </h2>
        {form.help && <p className={classes.welcome}>{form.help}</p>}
      </div>
      <Form onSubmit={submit} label={form.name}>
        {(busy) => (
          <>
            <FormSections form={form} states={states} answers={answers} onChange={setAnswers} />
            <AskFiles files={files} limitBytes={limitBytes} />
            <div className={classes.who}>
              <TextField {...line("name")} autoComplete="name" />
              <TextField {...line("email")} inputMode="email" autoComplete="email" />
            </div>
            <div className={classes.foot}>
              <span className={classes.hint}>{t("ask.answerTo")}</span>
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

/** The same form in another of its languages; what is filled in stays. */
function LanguageChoice({ form, onLanguage }: Pick<FilledProps, "form" | "onLanguage">) {
  const { t } = useTranslation();
  return (
    <SelectField
      name="language"
      label={t("portal.language")}
      value={form.language}
      onChange={(event) => onLanguage(event.currentTarget.value)}
    >
      {form.languages.map((code) => (
        <option key={code} value={code} lang={code}>
          {languageName(code, code)}
        </option>
      ))}
    </SelectField>
  );
}

/** Answers that still are what the form began with, as it begins in its other language. */
function inOtherWords(answers: Answers, before: OfferedForm, now: OfferedForm): Answers {
  const [old, fresh] = [defaultsOf(before), defaultsOf(now)];
  const changed = Object.entries(fresh).filter(
    ([name, value]) => value !== old[name] && answers[name] === old[name],
  );
  return { ...answers, ...Object.fromEntries(changed) };
}

function bodyOf(form: OfferedForm, answers: Answers) {
  const { beside, fields } = sentAnswers(form, answers, (value, field) => sentOf(field, value));
  const { team, subject = "", text = "", ...rest } = beside;
  return {
    ...rest,
    form: form.key,
    language: form.language,
    fields,
    subject: String(subject),
    text: String(text),
    team_id: team === undefined ? null : Number(team),
  };
}
