import type { TicketRow } from "@/api/types";
import { Icon } from "@/ui/Icon";
import { useFieldWord } from "@/ui/ticketColumns/fieldWords";
import { TicketCell } from "@/ui/ticketColumns/TicketCell";
import type { OrderName } from "../listOrder";
import { useSortWord } from "../sortWords";
import classes from "./ColumnCells.module.css";

/** The heads of the columns. */
export function ColumnHeads({ columns, order }: { columns: readonly string[]; order: OrderName }) {
  const wordOf = useFieldWord(columns);
  const sortWord = useSortWord([order]);
  return columns.map((key) => (
    <span key={key} className={`${classes.cell} cut`}>
      <span className="cut">{wordOf(key)}</span>
      {(order === key || order === `-${key}`) && (
        <Icon name={order === key ? "up" : "down"} size={14} label={sortWord(order)} />
      )}
    </span>
  ));
}

/** The cells of a row. */
export function ColumnCells({ columns, row }: { columns: readonly string[]; row: TicketRow }) {
  const wordOf = useFieldWord(columns);
  return columns.map((key) => (
    <span key={key} className={`${classes.cell} cut`} title={wordOf(key)}>
      <TicketCell name={key} row={row} />
    </span>
  ));
}
