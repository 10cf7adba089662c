import type { Catalogue } from "@/locales/en";

export type Language = {
  code: string;
  /** The language's name in itself. */
  name: string;
  dir: "ltr" | "rtl";
  /** English comes with the screens; every other catalogue comes when it is chosen. */
  load?: () => Promise<Partial<Catalogue>>;
};

/** Languages with a catalogue; a missing text falls back to English. */
export const languages: Language[] = [{ code: "en", name: "English", dir: "ltr" }];

/** The language for a wish such as "de-AT"; English when there is none. */
export function languageFor(wish: string): Language {
  const base = wish.split("-")[0];
  return languages.find((language) => language.code === base) ?? (languages[0] as Language);
}
