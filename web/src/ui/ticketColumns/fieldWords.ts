import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { customFieldsQuery } from "@/api/customFields";
import { tickets } from "@/locales/en/tickets";

const { property, conditionField } = tickets;

const isProperty = (name: string): name is keyof typeof property => name in property;
const isField = (name: string): name is keyof typeof conditionField => name in conditionField;

const OWN = /^(?:requester\.|organization\.)?field\.(.+)$/;

/** The key of the custom field that a field's key names. */
export const ownKeyOf = (key: string) => OWN.exec(key)?.[1];

/** The workspace's custom fields, asked for only where one of the keys names one. */
export function useOwnFields(keys: readonly string[] = []) {
  const enabled = keys.some((key) => ownKeyOf(key) !== undefined);
  return useQuery({ ...customFieldsQuery, enabled }).data;
}

/**
 * The name of a field by its key: a property's own, that of what only conditions know, or a custom field's
 * as people called it, which `keys` has asked for.
 */
export function useFieldWord(keys: readonly string[] = []): (key: string) => string {
  const { t } = useTranslation();
  const own = useOwnFields(keys);
  return (key) => {
    const name = key.replace(".", "_");
    if (isProperty(name)) return t(`property.${name}`);
    if (isField(name)) return t(`conditionField.${name}`);
    const ownKey = ownKeyOf(key);
    const field = ownKey === undefined ? undefined : own?.find((one) => one.key === ownKey);
    if (!field) return key;
    const of = t(field.entity === "contact" ? "property.requester" : "conditionField.organization");
    return field.entity === "ticket" ? field.name : `${of}: ${field.name}`;
  };
}
