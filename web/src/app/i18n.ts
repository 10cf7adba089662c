import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import { storedItem, storeItem } from "@/lib/browserStorage";
import type { en } from "@/locales/en";
import { portalTexts } from "@/locales/en/portalTexts";
import { languageFor } from "./languages";

const LANGUAGE_KEY = "atum.language";

declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "translation";
    resources: { translation: typeof en };
  }
}

void i18next.use(initReactI18next).init({
  lng: "en",
  fallbackLng: "en",
  resources: { en: { translation: portalTexts } },
  interpolation: { escapeValue: false },
  returnNull: false,
  showSupportNotice: false,
  initAsync: false,
});

/** Adds what only screens of the staff say; the texts of the portal are there from the start. */
export function addStaffTexts(texts: Partial<typeof en>): void {
  i18next.addResourceBundle("en", "translation", texts, true, true);
}

/** Changes the language of every text and the direction of the page; remembered in this browser. */
export async function chooseLanguage(wish: string): Promise<void> {
  const language = languageFor(wish);
  if (language.load && !i18next.hasResourceBundle(language.code, "translation")) {
    i18next.addResourceBundle(language.code, "translation", await language.load());
  }
  await i18next.changeLanguage(language.code);
  document.documentElement.lang = language.code;
  document.documentElement.dir = language.dir;
  storeItem(LANGUAGE_KEY, language.code);
}

/** The language chosen earlier, else the browser's. */
export function wishedLanguage(): string {
  return storedItem(LANGUAGE_KEY) ?? navigator.language;
}

export { i18next };
