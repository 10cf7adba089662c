import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { client, read } from "@/api/client";
import { asProblem } from "@/api/problem";
import { HtmlFrame } from "@/ui/HtmlFrame";
import { PlainText } from "@/ui/PlainText";
import classes from "./SignatureDraft.module.css";

const TYPING_MS = 400;

/** What is being written, as it would read below one's own reply to a made-up request. */
export function SignatureDraft({ source, isHtml }: { source: string; isHtml: boolean }) {
  const { t } = useTranslation();
  const [asked] = useDebouncedValue(
    isHtml ? { text: "", html: source } : { text: source },
    TYPING_MS,
  );
  const query = useQuery({
    queryKey: ["signatures", "draft", asked],
    queryFn: () => read(client.POST("/api/v1/signatures/preview", { body: asked })),
    enabled: source.trim() !== "",
    placeholderData: keepPreviousData,
    retry: false,
  });
  const shown = query.data?.signature;
  return (
    <section className={classes.preview} aria-label={t("layouts.preview")}>
      <h3>{t("layouts.preview")}</h3>
      {query.error && <p role="alert">{asProblem(query.error).message}</p>}
      {shown?.html && (
        <HtmlFrame html={shown.html} withRemoteImages={false} title={t("layouts.preview")} />
      )}
      {shown && !shown.html && <PlainText text={shown.text} />}
    </section>
  );
}
