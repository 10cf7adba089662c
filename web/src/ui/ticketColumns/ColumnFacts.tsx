import type { TicketRow } from "@/api/types";
import classes from "./ColumnFacts.module.css";
import { useFieldWord } from "./fieldWords";
import { TicketCell } from "./TicketCell";

type ColumnFactsProps = {
  columns: readonly string[];
  row: TicketRow;
  /** Goes on in further lines where one has no room; else it is cut. */
  wrapped?: boolean;
};

/** What a ticket has in chosen columns, each value behind its name, for rows that have no columns. */
export default function ColumnFacts({ columns, row, wrapped = false }: ColumnFactsProps) {
  const wordOf = useFieldWord(columns);
  return (
    <span className={classes.facts} data-wrapped={wrapped || undefined}>
      {columns.map((key) => (
        <span key={key} className={classes.fact}>
          <bdi className={classes.name}>{wordOf(key)}</bdi>{" "}
          <span className={`${classes.value} cut`}>
            <TicketCell name={key} row={row} />
          </span>
        </span>
      ))}
    </span>
  );
}
