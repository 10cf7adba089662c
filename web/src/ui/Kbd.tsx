import classes from "./Kbd.module.css";

/** A key as it is printed on a keyboard; on a control it is `hidden` and no part of its name. */
export function Kbd({ children, hidden = false }: { children: string; hidden?: boolean }) {
  return (
    <kbd className={classes.kbd} aria-hidden={hidden || undefined}>
      {children}
    </kbd>
  );
}
