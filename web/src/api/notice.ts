import i18next, { type i18n } from "i18next";

/** A sentence of the server as it is stored and sent: its code, and what it names. */
export type NoticeRef = { code: string; parameters: Record<string, unknown> };

/** A parameter that has words of its own, with those of the server. */
type Nested = NoticeRef & { text: string };

/** The sentence of a code in the reader's language; without one there, what the server says itself. */
export function noticeText(
  notice: NoticeRef | null | undefined,
  said: string,
  language: i18n = i18next,
): string {
  const key = notice && `notice.${notice.code}`;
  if (!key || !language.exists(key)) return said;
  const named = Object.entries(notice.parameters).map(([name, value]) => [
    name,
    shown(value, language),
  ]);
  const lookUp = language.t as (key: string, parameters: object) => string;
  return lookUp(key, Object.fromEntries(named));
}

/** What was done, and what the server has to say of it. */
export const withNotices = (done: string, notices: readonly Nested[] = []) =>
  [done, ...notices.map((one) => noticeText(one, one.text))].join(". ");

/** A parameter as a sentence shows it: one with words of its own in them, a list joined. */
function shown(value: unknown, language: i18n): unknown {
  if (Array.isArray(value))
    return value.map((one) => shown(one, language)).join(value.some(isNested) ? "; " : ", ");
  return isNested(value) ? noticeText(value, value.text, language) : value;
}

function isNested(value: unknown): value is Nested {
  return typeof value === "object" && value !== null && "code" in value && "text" in value;
}
