import type { ReactNode } from "react";
import classes from "./SideSection.module.css";

/** A part of the column beside a page. */
export function SideSection({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className={classes.section}>
      <h2 className={classes.title}>{title}</h2>
      {children}
    </section>
  );
}
