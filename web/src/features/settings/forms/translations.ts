import type { TFunction } from "i18next";
import type { Draft, FormField, Section } from "./draft";
import { replaced } from "./draft";
import type { KnownField } from "./knownFields";

/** A text of a form that may be said in another language. */
export type Said = {
  /** Unlike that of any other text of the form. */
  id: string;
  label: string;
  /** In the form's own language. */
  source: string;
  /** In the other one; empty while it is missing. */
  text: string;
  most: number;
  long: boolean;
  /** The draft with this text in the other language. */
  with: (text: string) => Partial<Draft>;
};

export type SaidGroup = { id: string; title: string; texts: Said[] };

const HELP = 1000;
const NAME = 100;
const OPTION = 200;

/** All that whoever fills a form in reads of it, part by part, in another language. */
export function saidIn(
  draft: Draft,
  known: readonly KnownField[],
  language: string,
  t: TFunction,
): SaidGroup[] {
  const sections = draft.sections.flatMap((section, at) => {
    const set = (next: Section) => ({ sections: replaced(draft.sections, at, next) });
    const title = section.title || t("forms.section", { number: String(at + 1) });
    return [
      { id: `section ${at}`, title, texts: sectionTexts(section, at, language, set, t) },
      ...(section.fields ?? []).map((field, place) => {
        const found = known.find((one) => one.field === field.field);
        const setField = (next: FormField) =>
          set({ ...section, fields: replaced(section.fields ?? [], place, next) });
        return {
          id: field.field,
          title: field.label || found?.name || field.field,
          texts: fieldTexts(field, found, language, setField, t),
        };
      }),
    ];
  });
  const own = { id: "form", title: t("forms.ofForm"), texts: formTexts(draft, language, t) };
  return [own, ...sections].filter((group) => group.texts.length > 0);
}

/** How many texts of a form nobody has said in a language. */
export const countMissing = (groups: readonly SaidGroup[]): number =>
  groups.flatMap((group) => group.texts).filter((one) => one.text === "").length;

/** Only what says something needs to be said again. */
const filled = (texts: Said[]) => texts.filter((one) => one.source.trim() !== "");

function formTexts(draft: Draft, language: string, t: TFunction): Said[] {
  const texts = draft.translations[language] ?? emptyForm;
  const one = (part: keyof typeof emptyForm, label: string, most: number, long = false): Said => ({
    id: `form ${part}`,
    label,
    source: draft[part],
    text: texts[part],
    most,
    long,
    with: (text) => ({
      translations: { ...draft.translations, [language]: { ...texts, [part]: text } },
    }),
  });
  return filled([
    one("name", t("forms.name"), NAME),
    one("help", t("forms.help"), HELP, true),
    one("subject_template", t("forms.subjectTemplate"), 500),
    one("text_template", t("forms.textTemplate"), 20_000, true),
  ]);
}

const emptyForm = { name: "", help: "", subject_template: "", text_template: "" };

function sectionTexts(
  section: Section,
  at: number,
  language: string,
  set: (section: Section) => Partial<Draft>,
  t: TFunction,
): Said[] {
  const texts = section.translations?.[language] ?? { title: "", help: "" };
  const one = (part: "title" | "help", most: number): Said => ({
    id: `section ${at} ${part}`,
    label: t(`forms.${part}`),
    source: section[part],
    text: texts[part],
    most,
    long: false,
    with: (text) =>
      set({
        ...section,
        translations: { ...section.translations, [language]: { ...texts, [part]: text } },
      }),
  });
  return filled([one("title", NAME), one("help", HELP)]);
}

function fieldTexts(
  field: FormField,
  known: KnownField | undefined,
  language: string,
  set: (field: FormField) => Partial<Draft>,
  t: TFunction,
): Said[] {
  const texts = field.translations?.[language] ?? { label: "", help: "", options: {} };
  const keep = (next: typeof texts) =>
    set({ ...field, translations: { ...field.translations, [language]: next } });
  const one = (part: "label" | "help", source: string, most: number): Said => ({
    id: `${field.field} ${part}`,
    label: t(`forms.${part}`),
    source,
    text: texts[part],
    most,
    long: false,
    with: (text) => keep({ ...texts, [part]: text }),
  });
  const named = (known?.options ?? []).map(
    ({ key, name }): Said => ({
      id: `${field.field} option ${key}`,
      label: t("forms.option", { name }),
      source: name,
      text: texts.options?.[key] ?? "",
      most: OPTION,
      long: false,
      with: (text) => keep({ ...texts, options: { ...texts.options, [key]: text } }),
    }),
  );
  return filled([
    one("label", field.label || (known?.name ?? ""), NAME),
    one("help", field.help || (known?.help ?? ""), HELP),
    ...named,
  ]);
}

/** The draft without any text in a language. */
export function withoutLanguage(draft: Draft, language: string): Partial<Draft> {
  const without = <T>(texts: Record<string, T> | undefined): Record<string, T> =>
    Object.fromEntries(Object.entries(texts ?? {}).filter(([code]) => code !== language));
  return {
    translations: without(draft.translations),
    sections: draft.sections.map((section) => ({
      ...section,
      translations: without(section.translations),
      fields: (section.fields ?? []).map((field) => ({
        ...field,
        translations: without(field.translations),
      })),
    })),
  };
}
