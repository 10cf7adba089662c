import type { FocusEventHandler, ReactNode } from "react";
import classes from "./Pane.module.css";

type PaneProps = {
  label: string;
  as?: "main" | "section" | "aside";
  children: ReactNode;
  className?: string;
  /** Kept with all that is typed and chosen in it, and not shown. */
  hidden?: boolean;
  onFocus?: FocusEventHandler;
  onBlur?: FocusEventHandler;
};

/** One column of the screen, divided from the others by a hairline. */
export function Pane({ label, as: Element = "section", className = "", ...rest }: PaneProps) {
  return <Element {...rest} className={`${classes.pane} ${className}`} aria-label={label} />;
}

type BarProps = {
  children: ReactNode;
  /** Whether a phone gives a search field a line of its own. */
  wraps?: boolean;
};

/** The 52 px bar on top of a pane; one line crosses the screen. */
export function Bar({ children, wraps = false }: BarProps) {
  return <header className={`${classes.bar} ${wraps ? classes.wraps : ""}`}>{children}</header>;
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
