import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { customFieldsQuery, fieldsOf } from "@/api/customFields";
import { teamsQuery } from "@/api/directory";

/** A field that forms may have, as the editor names and compares it. */
export type KnownField = {
  field: string;
  name: string;
  help?: string;
  kind: string;
  options: { key: string; name: string }[];
};

const priorities = ["low", "normal", "high", "urgent"] as const;
const types = ["question", "incident", "problem", "task"] as const;

/** What every ticket has, and the custom fields of tickets in use. */
export function useKnownFields(): KnownField[] {
  const { t } = useTranslation();
  const custom = fieldsOf(useQuery(customFieldsQuery).data, "ticket");
  const teams = useQuery(teamsQuery).data ?? [];
  return [
    { field: "subject", name: t("form.field.subject"), kind: "text", options: [] },
    { field: "text", name: t("form.field.text"), kind: "long_text", options: [] },
    {
      field: "priority",
      name: t("form.field.priority"),
      kind: "choice",
      options: priorities.map((key) => ({ key, name: t(`form.priority.${key}`) })),
    },
    {
      field: "type",
      name: t("form.field.type"),
      kind: "choice",
      options: types.map((key) => ({ key, name: t(`form.type.${key}`) })),
    },
    {
      field: "team",
      name: t("form.field.team"),
      kind: "choice",
      options: teams.map(({ id, name }) => ({ key: String(id), name })),
    },
    ...custom.map(({ key, name, help, kind, options }) => ({
      field: `field.${key}`,
      name,
      help,
      kind,
      options: options.filter((one) => one.active).map((one) => ({ key: one.key, name: one.name })),
    })),
  ];
}

const equality = ["is", "is_not"] as const;
const order = ["above", "at_least", "below", "at_most"] as const;
const presence = ["set", "not_set"] as const;
export type FormOperator = (typeof equality | typeof order | typeof presence)[number];

/** The operators by which conditions of forms compare a kind of field. */
export function operatorsOf(kind: string): readonly FormOperator[] {
  switch (kind) {
    case "choice":
    case "tree":
    case "multiple_choice":
    case "boolean":
      return [...equality, ...presence];
    case "number":
    case "money":
    case "date":
      return [...equality, ...order, ...presence];
  }
  return presence;
}

export const takesValue = (operator: string) => operator !== "set" && operator !== "not_set";

/** Whether a comparison holds for one of several values. */
export const takesSeveral = (operator: string) => operator === "is" || operator === "is_not";
