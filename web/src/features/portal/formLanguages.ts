import type { FormTexts } from "@/locales/en/portalTexts";

/** The languages beside English that the words around a form are there in; each comes when a form needs it. */
export const formLanguages: Record<string, () => Promise<FormTexts>> = {
  de: async () => (await import("@/locales/de/formTexts")).formTexts,
};

/** The language of the words around a form, by the form's own, such as `de` for `de-AT`. */
export function wordsLanguage(language: string): string {
  const base = language.split("-")[0] ?? "";
  return base in formLanguages ? base : "en";
}
