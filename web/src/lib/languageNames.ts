/** Languages that are written from right to left. */
const rightToLeft = new Set(["ar", "dv", "fa", "he", "ku", "ps", "sd", "ug", "ur", "yi"]);

/** What an element says of the language of its texts. */
export const languageOf = (code: string) => ({
  lang: code,
  dir: rightToLeft.has(code.split("-")[0] ?? "") ? ("rtl" as const) : ("ltr" as const),
});

/** The name of a language in a language. */
export function languageName(code: string, inLanguage: string): string {
  try {
    return new Intl.DisplayNames(inLanguage, { type: "language" }).of(code) ?? code;
  } catch {
    return code;
  }
}
