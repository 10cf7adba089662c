import type { ReactNode } from "react";
import classes from "./Pane.module.css";

type PaneProps = {
  label: string;
  as?: "main" | "section" | "aside";
  children: ReactNode;
  className?: string;
};

/** One column of the screen, divided from the others by a hairline. */
export function Pane({ label, as: Element = "section", children, className = "" }: PaneProps) {
  return (
    <Element className={`${classes.pane} ${className}`} aria-label={label}>
      {children}
    </Element>
  );
}

/** The 52 px bar on top of a pane; one line crosses the screen. */
export function Bar({ children }: { children: ReactNode }) {
  return <header className={classes.bar}>{children}</header>;
}

/** The name of what a pane shows, with an optional count behind it. */
export function BarTitle({ children, count }: { children: ReactNode; count?: string }) {
  return (
    <>
      <h1 className={`${classes.title} cut`}>{children}</h1>
      {count !== undefined && <span className={classes.count}>{count}</span>}
    </>
  );
}
