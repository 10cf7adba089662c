import type { InputField } from "@/api/customFields";

/** The names from the root of a tree to one of its options. */
export function pathOf(field: InputField, key: string): string {
  const names: string[] = [];
  let option = field.options.find((one) => one.key === key);
  while (option && names.length < 10) {
    names.unshift(option.name);
    const above = option.parent;
    option = above ? field.options.find((one) => one.key === above) : undefined;
  }
  return names.length > 0 ? names.join(" / ") : key;
}

/** A value as people read it; empty when there is none. */
export function valueText(field: InputField, value: unknown, yes: string, no: string): string {
  if (value === null || value === undefined || value === "") return "";
  if (typeof value === "boolean") return value ? yes : no;
  if (Array.isArray(value)) return value.map((one) => pathOf(field, String(one))).join(", ");
  if (field.options.length > 0) return pathOf(field, String(value));
  if (typeof value === "object") return (value as { name?: string }).name ?? "";
  switch (field.kind) {
    case "date":
      return new Date(`${value}T12:00:00`).toLocaleDateString();
    case "moment":
      return new Date(String(value)).toLocaleString();
    case "money":
      return money(Number(value), field.currency ?? null);
    case "number":
      return Number(value).toLocaleString(undefined, { maximumFractionDigits: 6 });
  }
  return String(value);
}

function money(amount: number, currency: string | null): string {
  if (!currency) return amount.toLocaleString();
  return amount.toLocaleString(undefined, { style: "currency", currency });
}

/** What a request sends of a value that was read: people and organizations by number. */
export function sentValue(value: unknown): unknown {
  if (value !== null && typeof value === "object" && "id" in value) return value.id;
  return value === "" ? null : value;
}
