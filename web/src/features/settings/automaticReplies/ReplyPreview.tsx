import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { asProblem } from "@/api/problem";
import { SelectField, TextField } from "@/ui/Form";
import classes from "./AutomaticReplies.module.css";
import { replyPreviewQuery } from "./api";
import { type Draft, momentOf, rulesOf } from "./draft";

const PAUSE_MS = 400;

/** What a requester would read, in a language and at a moment of choice. */
export function ReplyPreview({ draft }: { draft: Draft }) {
  const { t } = useTranslation();
  const languages = draft.texts.map(({ language }) => language).filter((one) => one !== "");
  const [chosen, choose] = useState("");
  const [at, setAt] = useState("");
  const language = languages.includes(chosen) ? chosen : (languages[0] ?? "en");
  const [shown] = useDebouncedValue(draft, PAUSE_MS);
  const texts = shown.texts.filter((one) => one.language !== "");
  const rules = rulesOf({ ...shown, texts });
  const preview = useQuery({
    ...replyPreviewQuery(rules, language, momentOf(at)),
    placeholderData: keepPreviousData,
  });
  return (
    <section className={classes.group} aria-label={t("automaticReplies.preview")}>
      <h3 className={classes.legend}>{t("automaticReplies.preview")}</h3>
      <div className={classes.line}>
        <SelectField
          name="previewLanguage"
          label={t("automaticReplies.previewLanguage")}
          value={language}
          data={[...new Set(languages)]}
          onChange={(event) => choose(event.currentTarget.value)}
        />
        <TextField
          type="datetime-local"
          name="previewAt"
          label={t("automaticReplies.previewAt")}
          value={at}
          onChange={(event) => setAt(event.currentTarget.value)}
        />
      </div>
      {preview.error ? (
        <p role="alert">{asProblem(preview.error).message}</p>
      ) : (
        preview.data && (
          <>
            <p className={classes.hint}>
              {t(`automaticReplies.situation.${preview.data.situation}`)}
            </p>
            <p className={classes.text} dir="auto">
              {preview.data.text || t("automaticReplies.builtIn")}
            </p>
          </>
        )
      )}
    </section>
  );
}
