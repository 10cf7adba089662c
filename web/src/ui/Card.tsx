import type { ReactNode } from "react";
import classes from "./Card.module.css";

type CardProps = {
  title?: string;
  hint?: string;
  action?: ReactNode;
  /** Rows reach the edges; anything else is set in. */
  padded?: boolean;
  children: ReactNode;
};

/** A block with a hairline around it, and a line over it that names it. */
export function Card({ title, hint, action, padded = false, children }: CardProps) {
  return (
    <section className={classes.card} aria-label={title}>
      {title && (
        <header className={classes.head}>
          <div className={classes.words}>
            <h2>{title}</h2>
            {hint && <span className={classes.hint}>{hint}</span>}
          </div>
          {action}
        </header>
      )}
      {padded ? <div className={classes.padded}>{children}</div> : children}
    </section>
  );
}
