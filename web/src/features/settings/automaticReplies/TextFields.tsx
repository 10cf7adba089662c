import { useTranslation } from "react-i18next";
import { Button, IconButton } from "@/ui/Button";
import { TextAreaField, TextField } from "@/ui/Form";
import classes from "./AutomaticReplies.module.css";
import type { ReplyTexts } from "./api";
import { noTexts, TEXTS } from "./draft";

const MOST_LANGUAGES = 50;

type TextFieldsProps = { texts: readonly ReplyTexts[]; onChange: (texts: ReplyTexts[]) => void };

/** The texts of each language, the first for every other language. */
export function TextFields({ texts, onChange }: TextFieldsProps) {
  const { t } = useTranslation();
  const set = (place: number, change: Partial<ReplyTexts>) =>
    onChange(texts.map((one, at) => (at === place ? { ...one, ...change } : one)));
  return (
    <>
      {texts.map((one, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a language is being written
        <fieldset key={place} className={classes.group}>
          <legend className={classes.legend}>
            {place === 0 ? t("automaticReplies.firstLanguage") : one.language}
          </legend>
          <div className={classes.line}>
            <TextField
              name={`language${place}`}
              label={t("automaticReplies.language")}
              required
              pattern="[a-z]{2}(-[A-Z]{2})?"
              maxLength={5}
              value={one.language}
              onChange={(event) => set(place, { language: event.currentTarget.value })}
            />
            <IconButton
              icon="x"
              label={t("settings.remove", { name: one.language })}
              onClick={() => onChange(texts.filter((_, at) => at !== place))}
            />
          </div>
          {TEXTS.map((name) => (
            <TextAreaField
              key={name}
              name={`${name}${place}`}
              label={t(`automaticReplies.${name}`)}
              minRows={2}
              autosize
              maxLength={name === "banner" ? 2000 : 20_000}
              value={one[name] ?? ""}
              onChange={(event) => set(place, { [name]: event.currentTarget.value })}
            />
          ))}
        </fieldset>
      ))}
      {texts.length < MOST_LANGUAGES && (
        <div>
          <Button type="button" onClick={() => onChange([...texts, noTexts("")])}>
            {t("automaticReplies.addLanguage")}
          </Button>
        </div>
      )}
    </>
  );
}
