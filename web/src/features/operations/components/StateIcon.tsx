import { Icon, type IconName } from "@/ui/Icon";
import type { Finding, Service } from "../api";
import classes from "./StateIcon.module.css";

type State = Finding["state"] | Service["state"];

const drawing: Record<State, IconName> = {
  ok: "check",
  warn: "warn",
  degraded: "warn",
  others: "warn",
  fires: "x",
  down: "x",
  off: "minus",
  unknown: "minus",
};

/** How something does: the shape says it first, the colour second. */
export function StateIcon({ state, label }: { state: State; label: string }) {
  return <Icon name={drawing[state]} className={classes[state]} label={label} />;
}
