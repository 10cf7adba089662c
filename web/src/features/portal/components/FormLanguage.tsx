import { keepPreviousData, useQuery } from "@tanstack/react-query";
import i18next from "i18next";
import type { ReactNode } from "react";
import { I18nextProvider } from "react-i18next";
import { languageOf } from "@/lib/languageNames";
import { formLanguages, wordsLanguage } from "../formLanguages";
import classes from "./AskForm.module.css";

/** Speaks a form's language around it, where there are words in it; else English. */
export default function FormLanguage({
  language,
  children,
}: {
  language: string;
  children: ReactNode;
}) {
  const code = wordsLanguage(language);
  const words = useQuery({
    queryKey: ["portal", "formWords", code],
    queryFn: () => speaking(code),
    // In another language, the form stays as it is until its words are there.
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
    retry: 1,
  });
  if (words.isPending) return null;
  const spoken = words.data ?? i18next;
  return (
    <I18nextProvider i18n={spoken}>
      <div className={classes.spoken} {...languageOf(spoken.language)}>
        {children}
      </div>
    </I18nextProvider>
  );
}

async function speaking(code: string) {
  const load = formLanguages[code];
  if (load && !i18next.hasResourceBundle(code, "translation")) {
    i18next.addResourceBundle(code, "translation", await load());
  }
  return i18next.cloneInstance({ lng: code });
}
