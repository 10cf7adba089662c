import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { languageOf } from "@/lib/languageNames";
import { Button } from "@/ui/Button";
import { type Asked, languageInAddress, portalFormsQuery } from "../api";
import classes from "./AskForm.module.css";
import { PlainForm } from "./PlainForm";
import { Spoken } from "./Spoken";

// A portal without forms of its own needs none of it.
const FilledForm = lazy(() => import("./FilledForm"));

/** Asks for help: with the portal's form, with one of several, or plainly where it has none. */
export function AskForm({ onSent }: { onSent: (asked: Asked, language?: string) => void }) {
  const { data, isPending } = useQuery(portalFormsQuery(languageInAddress()));
  const [chosen, setChosen] = useState(() => new URLSearchParams(location.search).get("form"));
  if (isPending) return null;
  const forms = data ?? [];
  const form = forms.find((one) => one.key === chosen) ?? (forms.length === 1 ? forms[0] : null);
  if (forms.length === 0) return <PlainForm onSent={onSent} />;
  if (!form) {
    return (
      <Spoken language={languageOfAll(forms)}>
        <FormChoice forms={forms} onChoose={setChosen} />
      </Spoken>
    );
  }
  return (
    <Suspense>
      <FilledForm key={form.key} formKey={form.key} onSent={onSent}>
        {forms.length > 1 && <OtherForm onChoose={() => setChosen(null)} />}
      </FilledForm>
    </Suspense>
  );
}

function OtherForm({ onChoose }: { onChoose: () => void }) {
  const { t } = useTranslation();
  return (
    <Button look="line" icon="left" onClick={onChoose}>
      {t("form.other")}
    </Button>
  );
}

/** The language that all forms are read in, if it is one. */
function languageOfAll(forms: readonly { language: string }[]): string | undefined {
  const language = forms[0]?.language;
  return forms.every((one) => one.language === language) ? language : undefined;
}

type FormChoiceProps = {
  forms: readonly { key: string; name: string; help: string; language: string }[];
  onChoose: (key: string) => void;
};

function FormChoice({ forms, onChoose }: FormChoiceProps) {
  const { t } = useTranslation();
  return (
    <section className={classes.ask} aria-labelledby="form-choice">
      <h2 id="form-choice" className={classes.welcome}>
        {t("form.choose")}
      </h2>
      <ul className={classes.forms}>
        {forms.map((one) => (
          <li key={one.key} {...languageOf(one.language)}>
            <button type="button" className={classes.choice} onClick={() => onChoose(one.key)}>
              <bdi className={classes.choiceName}>{one.name}</bdi>
              {one.help && <bdi className={classes.hint}>{one.help}</bdi>}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
