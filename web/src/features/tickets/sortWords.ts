import { useTranslation } from "react-i18next";
import { useFieldWord } from "@/ui/ticketColumns/fieldWords";
import type { OrderName } from "./listOrder";
import { isFieldSort } from "./search";

/** What an order of lists is called; those by custom fields, which `orders` has asked for, by the field's name. */
export function useSortWord(orders: readonly string[]): (order: OrderName) => string {
  const { t } = useTranslation();
  const wordOf = useFieldWord(orders.map(keyOfSort));
  return (order) => {
    if (!isFieldSort(order)) return t(`tickets.sort.${order}`);
    const field = wordOf(keyOfSort(order));
    return t(order.startsWith("-") ? "tickets.sortedDown" : "tickets.sortedUp", { field });
  };
}

const keyOfSort = (order: string) => order.replace(/^-/, "");
