import { useState } from "react";
import { useTranslation } from "react-i18next";
import { languageName, languageOf } from "@/lib/languageNames";
import { Button, IconButton } from "@/ui/Button";
import { SelectField, TextAreaField, TextField } from "@/ui/Form";
import type { Draft } from "./draft";
import classes from "./FormEditor.module.css";
import type { KnownField } from "./knownFields";
import { countMissing, type Said, saidIn, withoutLanguage } from "./translations";

// Those of most people in Europe and its neighbours, and the largest beyond; a script may set any other.
const offered =
  "ar bg ca cs da de el en es et eu fa fi fr ga gl he hi hr hu id is it ja ko lb lt lv mk mt nb nl pl pt pt-BR ro ru sk sl sq sr sv th tr uk ur vi zh zh-TW".split(
    " ",
  );
const MOST_LANGUAGES = 20;

type FormLanguagesProps = {
  draft: Draft;
  known: readonly KnownField[];
  onChange: (change: Partial<Draft>) => void;
  locked: boolean;
};

/** The languages of a form, with what is missing of each, and its texts in one of them. */
export function FormLanguages({ draft, known, onChange, locked }: FormLanguagesProps) {
  const { t, i18n } = useTranslation();
  const [opened, setOpened] = useState<string | null>(null);
  const others = Object.keys(draft.translations).sort();
  const nameOf = (code: string) => languageName(code, i18n.language);
  const choices = [...new Set([...offered, draft.language, ...others])]
    .map((value) => ({ value, label: nameOf(value) }))
    .sort((one, other) => one.label.localeCompare(other.label));
  const add = (code: string) => {
    if (!code) return;
    const texts = { name: "", help: "", subject_template: "", text_template: "" };
    onChange({ translations: { ...draft.translations, [code]: texts } });
    setOpened(code);
  };
  return (
    <fieldset className={classes.section} disabled={locked}>
      <legend className={classes.legend}>{t("forms.languages")}</legend>
      <SelectField
        name="language"
        label={t("forms.ownLanguage")}
        description={t("forms.ownLanguageHint")}
        value={draft.language}
        data={choices.filter(({ value }) => !others.includes(value))}
        onChange={(event) => onChange({ language: event.currentTarget.value })}
      />
      {others.map((code) => (
        <Language
          key={code}
          code={code}
          name={nameOf(code)}
          draft={draft}
          known={known}
          opened={opened === code}
          onOpen={() => setOpened(opened === code ? null : code)}
          onChange={onChange}
        />
      ))}
      {!locked && others.length < MOST_LANGUAGES && (
        <SelectField
          name="add_language"
          aria-label={t("forms.addLanguage")}
          value=""
          data={[
            { value: "", label: t("forms.addLanguage") },
            ...choices.filter(({ value }) => value !== draft.language && !others.includes(value)),
          ]}
          onChange={(event) => add(event.currentTarget.value)}
        />
      )}
    </fieldset>
  );
}

type LanguageProps = Omit<FormLanguagesProps, "locked"> & {
  code: string;
  name: string;
  opened: boolean;
  onOpen: () => void;
};

function Language({ code, name, draft, known, opened, onOpen, onChange }: LanguageProps) {
  const { t } = useTranslation();
  const groups = saidIn(draft, known, code, t);
  const missing = countMissing(groups);
  return (
    <div className={classes.language}>
      <div className={classes.groupHead}>
        <Button icon={opened ? "down" : "right"} aria-expanded={opened} onClick={onOpen}>
          {name}
        </Button>
        <span className={classes.hint}>
          {missing > 0 ? t("forms.missing", { count: missing }) : t("forms.complete")}
        </span>
        <span className="grow" />
        <IconButton
          icon="x"
          label={t("forms.remove", { name })}
          onClick={() => onChange(withoutLanguage(draft, code))}
        />
      </div>
      {opened &&
        groups.map((group) => (
          <fieldset key={group.id} className={classes.rule}>
            <legend className={classes.legend}>
              <bdi>{group.title}</bdi>
            </legend>
            {group.texts.map((said) => (
              <SaidField
                key={said.id}
                said={said}
                code={code}
                onChange={(text) => onChange(said.with(text))}
              />
            ))}
          </fieldset>
        ))}
    </div>
  );
}

type SaidFieldProps = { said: Said; code: string; onChange: (text: string) => void };

/** One text in the other language, with the form's own words above it. */
function SaidField({ said, code, onChange }: SaidFieldProps) {
  const { t } = useTranslation();
  const isMissing = said.text === "";
  const Field = said.long ? TextAreaField : TextField;
  return (
    <Field
      name={said.id}
      label={said.label}
      description={isMissing ? t("forms.isMissing", { text: said.source }) : said.source}
      value={said.text}
      maxLength={said.most}
      data-missing={isMissing || undefined}
      {...languageOf(code)}
      onChange={(event: { currentTarget: { value: string } }) =>
        onChange(event.currentTarget.value)
      }
    />
  );
}
