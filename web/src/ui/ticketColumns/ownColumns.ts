const OWN = "field.";

/** What rows always show, so that it is no column to choose. */
const always = new Set(["number", "subject", "preview", "version"]);
export const mayBeColumn = (key: string) => !always.has(key);

/** What asks for the custom fields among columns; nothing without any, so that other lists stay as they are. */
export function fieldsAsked(columns: readonly string[]): { fields?: string } {
  const keys = columns.filter((key) => key.startsWith(OWN)).map((key) => key.slice(OWN.length));
  return keys.length > 0 ? { fields: keys.join(",") } : {};
}
