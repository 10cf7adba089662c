import "./texts";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Icon } from "@/ui/Icon";
import { timersQuery } from "./api";
import { clockText } from "./duration";
import classes from "./Time.module.css";
import { TimerControls } from "./TimerControls";
import { useElapsed } from "./useElapsed";

/** The reader's running timer above the composer: of this ticket with its buttons, of another as a link. */
export default function TimerStrip({ number }: { number: number }) {
  const { t } = useTranslation();
  const timers = useQuery({ ...timersQuery, retry: false }).data ?? [];
  const here = timers.find((one) => one.number === number) ?? null;
  const elsewhere = timers.find((one) => one.running_since !== null && one.number !== number);
  const elapsed = useElapsed(elsewhere);
  if (here) {
    return (
      <div className={classes.strip}>
        <TimerControls number={number} timer={here} />
      </div>
    );
  }
  if (!elsewhere) return null;
  return (
    <p className={classes.strip}>
      <Icon name="timer" />
      <Link to="/desk/tickets/$number" params={{ number: elsewhere.number }} search={{}}>
        {t("timeEntry.timer.elsewhere", { number: String(elsewhere.number) })}
      </Link>
      <span className={classes.clock}>{clockText(elapsed)}</span>
    </p>
  );
}
