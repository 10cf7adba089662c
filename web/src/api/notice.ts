import i18next from "i18next";

/** A sentence of the server as it is stored and sent: its code, and what it names. */
export type NoticeRef = { code: string; parameters: Record<string, unknown> };

/** A parameter that has words of its own, with those of the server. */
type Nested = NoticeRef & { text: string };

/** The sentence of a code in the reader's language; without one there, what the server says itself. */
export function noticeText(notice: NoticeRef | null | undefined, said: string): string {
  const key = notice && `notice.${notice.code}`;
  if (!key || !i18next.exists(key)) return said;
  const named = Object.entries(notice.parameters).map(([name, value]) => [name, shown(value)]);
  const lookUp = i18next.t as (key: string, parameters: object) => string;
  return lookUp(key, Object.fromEntries(named));
}

/** What was done, and what the server has to say of it. */
export const withNotices = (done: string, notices: readonly Nested[] = []) =>
  [done, ...notices.map((one) => noticeText(one, one.text))].join(". ");

/** A parameter as a sentence shows it: one with words of its own in them, a list joined. */
function shown(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shown).join(value.some(isNested) ? "; " : ", ");
  return isNested(value) ? noticeText(value, value.text) : value;
}

function isNested(value: unknown): value is Nested {
  return typeof value === "object" && value !== null && "code" in value && "text" in value;
}
