import { useQuery } from "@tanstack/react-query";
import { type KeyboardEvent, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { MacroText } from "@/api/types";
import { Button, IconButton } from "@/ui/Button";
import { TextAreaField, TextField } from "@/ui/Form";
import { variablesQuery } from "./api";
import classes from "./MacroDialog.module.css";
import { variableAt, withVariable } from "./variables";

type TextFieldsProps = { texts: MacroText[]; onChange: (texts: MacroText[]) => void };

const MOST_LANGUAGES = 20;

/** A macro's text for everybody, and others by language. */
export function TextFields({ texts, onChange }: TextFieldsProps) {
  const { t } = useTranslation();
  const put = (place: number, part: Partial<MacroText>) =>
    onChange(texts.map((one, at) => (at === place ? { ...one, ...part } : one)));
  return (
    <>
      {texts.map((text, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a text has no name while its language is typed
        <div key={place} className={classes.text}>
          {place > 0 && (
            <div className={classes.language}>
              <TextField
                name={`language-${place}`}
                label={t("macros.language")}
                description={t("macros.languageHint")}
                value={text.language}
                onChange={(event) => put(place, { language: event.currentTarget.value.trim() })}
              />
              <IconButton
                icon="x"
                label={t("macros.dropLanguage", { language: text.language })}
                onClick={() => onChange(texts.filter((_, at) => at !== place))}
              />
            </div>
          )}
          <TemplateField
            name={place === 0 ? "text" : `text-${place}`}
            label={place === 0 ? t("macros.text") : t("macros.textIn", { language: text.language })}
            value={text.html ?? text.text ?? ""}
            onChange={(next) =>
              put(place, typeof text.html === "string" ? { html: next } : { text: next })
            }
          />
        </div>
      ))}
      {texts.length < MOST_LANGUAGES && (
        <Button onClick={() => onChange([...texts, { language: "", text: "", html: null }])}>
          {t("macros.addLanguage")}
        </Button>
      )}
    </>
  );
}

type TemplateFieldProps = {
  name: string;
  label: string;
  value: string;
  onChange: (value: string) => void;
};

/** A text with variables, which are offered behind `{{`; tab takes the first. */
export function TemplateField({ name, label, value, onChange }: TemplateFieldProps) {
  const { t } = useTranslation();
  const field = useRef<HTMLTextAreaElement>(null);
  const [caret, setCaret] = useState<number | null>(null);
  const variables = useQuery(variablesQuery).data ?? [];
  const begun = caret === null ? null : variableAt(value, caret);
  const offered =
    begun === null ? [] : variables.filter((one) => one.includes(begun.word)).slice(0, 8);
  const insert = (variable: string) => {
    if (begun === null) return;
    onChange(withVariable(value, begun, variable));
    field.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Tab" || event.shiftKey || !offered[0]) return;
    event.preventDefault();
    insert(offered[0]);
  };
  return (
    <>
      <TextAreaField
        ref={field}
        name={name}
        label={label}
        dir="auto"
        maxRows={12}
        maxLength={20_000}
        value={value}
        onChange={(event) => {
          onChange(event.currentTarget.value);
          setCaret(event.currentTarget.selectionStart);
        }}
        onSelect={(event) => setCaret(event.currentTarget.selectionStart)}
        onKeyDown={onKeyDown}
      />
      {offered.length > 0 && (
        <p className={classes.variables} role="status" aria-label={t("macros.variables")}>
          {offered.map((variable) => (
            <Button
              key={variable}
              size="s"
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => insert(variable)}
            >
              {variable}
            </Button>
          ))}
        </p>
      )}
    </>
  );
}
