import { useTranslation } from "react-i18next";
import { tickets } from "@/locales/en/tickets";

const { property, conditionField } = tickets;

const isProperty = (name: string): name is keyof typeof property => name in property;
const isField = (name: string): name is keyof typeof conditionField => name in conditionField;

/** The name of a field by its key: a property's own, or that of what only conditions know. */
export function useFieldWord(): (key: string) => string {
  const { t } = useTranslation();
  return (key) => {
    const name = key.replace(".", "_");
    if (isProperty(name)) return t(`property.${name}`);
    return isField(name) ? t(`conditionField.${name}`) : key;
  };
}
