import { useTranslation } from "react-i18next";
import { tickets } from "@/locales/en/tickets";

/** What each field of the register is called; a key that the catalogue lacks stands for itself. */
export const fieldWords = tickets.conditionField;

const isKnown = (key: string): key is keyof typeof fieldWords => key in fieldWords;

/** The name of a field by its key. */
export function useFieldWord(): (key: string) => string {
  const { t } = useTranslation();
  return (key) => {
    const name = key.replace(".", "_");
    return isKnown(name) ? t(`conditionField.${name}`) : key;
  };
}
