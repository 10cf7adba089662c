import type { ReactNode } from "react";
import { Icon, type IconName } from "@/ui/Icon";
import classes from "./Receiving.module.css";

export type Tone = "good" | "bad" | "warn" | "mute";

const icons: Record<Tone, IconName> = { good: "check", bad: "x", warn: "warn", mute: "clock" };

type ResultLineProps = { tone: Tone; label: string; title?: string; children?: ReactNode };

/** One thing that was tried or found: a sign that says how it went, and words. */
export function ResultLine({ tone, label, title, children }: ResultLineProps) {
  return (
    <div className={classes.line}>
      <Icon name={icons[tone]} label={label} className={classes[tone]} />
      <div className={classes.grow}>
        {title && <strong>{title} </strong>}
        <span className={classes.words}>{children}</span>
      </div>
    </div>
  );
}
