import "@/app/pageTexts";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { client, read } from "@/api/client";
import { asProblem } from "@/api/problem";
import { HtmlFrame } from "@/ui/HtmlFrame";
import { PlainText } from "@/ui/PlainText";
import { Segments } from "@/ui/Segments";
import type { LayoutTexts } from "./api";
import classes from "./LayoutPreview.module.css";

const TYPING_MS = 400;
const shapes = ["html", "text"] as const;

/** A made-up answer in this layout, rendered by the server as real ones are. */
export function LayoutPreview({ texts }: { texts: LayoutTexts }) {
  const { t } = useTranslation();
  const [asked] = useDebouncedValue(texts, TYPING_MS);
  const [shape, setShape] = useState<(typeof shapes)[number]>("html");
  const query = useQuery({
    queryKey: ["mail-layouts", "preview", asked],
    queryFn: () => read(client.POST("/api/v1/mail-layouts/preview", { body: asked })),
    placeholderData: keepPreviousData,
    retry: false,
  });
  const shown = query.data;
  return (
    <section className={classes.preview} aria-label={t("layouts.preview")}>
      <header className={classes.head}>
        <h3 className="grow">{t("layouts.preview")}</h3>
        <Segments
          label={t("mail.shape")}
          value={shape}
          onChange={setShape}
          options={shapes.map((one) => ({ value: one, label: t(`mail.shapes.${one}`) }))}
        />
      </header>
      {query.error && <p role="alert">{asProblem(query.error).message}</p>}
      {shown && (
        <>
          <p className={classes.line}>
            {t("layouts.previewFrom")} <bdi>{shown.sender}</bdi>
          </p>
          <p className={classes.line}>
            {t("layouts.subject")} <bdi>{shown.subject}</bdi>
          </p>
          {shape === "html" ? (
            <HtmlFrame html={shown.html} withRemoteImages={false} title={t("layouts.preview")} />
          ) : (
            <PlainText text={shown.text} />
          )}
        </>
      )}
    </section>
  );
}
