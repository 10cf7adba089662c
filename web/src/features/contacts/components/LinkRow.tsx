import type { ReactNode } from "react";
import classes from "./LinkRow.module.css";

type LinkRowProps = {
  sign: ReactNode;
  /** Said in a line under the name. */
  hint: readonly string[];
  end: ReactNode;
  /** The link, which the whole row opens. */
  children: ReactNode;
};

/** One entry of a list that leads to a page. */
export function LinkRow({ sign, hint, end, children }: LinkRowProps) {
  return (
    <li className={classes.row}>
      {sign}
      <span className={classes.words}>
        <span className={classes.name}>{children}</span>
        <span className={`${classes.hint} cut`}>
          {hint.map((one) => (
            <bdi key={one}>{one}</bdi>
          ))}
        </span>
      </span>
      <span className={classes.end}>{end}</span>
    </li>
  );
}
