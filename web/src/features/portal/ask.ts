import type { TFunction } from "i18next";
import { withoutBlankEnds } from "@/lib/text";

/** What somebody writes who asks for help. */
export const emptyAsk = { subject: "", text: "", name: "", email: "" };
export type AskTexts = typeof emptyAsk;
export type AskField = keyof AskTexts;

const longest: Record<AskField, number> = { subject: 500, text: 100_000, name: 200, email: 320 };
const address = /^[^@\s]+@[^@\s]+\.[^@\s]+$/;

export function trimmed(texts: AskTexts): AskTexts {
  return {
    subject: texts.subject.trim(),
    text: withoutBlankEnds(texts.text),
    name: texts.name.trim(),
    email: texts.email.trim(),
  };
}

/** What is missing or wrong, in the order of the form and in the words of the catalogue. */
export function wrongFields(texts: AskTexts, t: TFunction): { field: AskField; message: string }[] {
  const fields = Object.keys(emptyAsk) as AskField[];
  return fields.flatMap((field) => {
    const message = wrongWith(field, texts[field].trim(), t);
    return message === null ? [] : [{ field, message }];
  });
}

function wrongWith(field: AskField, value: string, t: TFunction): string | null {
  if (!value) return t(`ask.missing.${field}`);
  if (value.length > longest[field]) return t("ask.tooLong", { limit: String(longest[field]) });
  return field === "email" && !address.test(value) ? t("ask.wrongEmail") : null;
}
