import "./texts";
import { useDisclosure } from "@mantine/hooks";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button, IconButton } from "@/ui/Button";
import { ConfirmDialog } from "@/ui/Dialog";
import { type Timer, useTimer } from "./api";
import { clockText, durationText } from "./duration";
import classes from "./Time.module.css";
import { TimeEntryDialog } from "./TimeEntryDialog";
import { useElapsed } from "./useElapsed";

/** Starts, pauses and stops the reader's timer on a ticket; what it measured is entered after a look. */
export function TimerControls({ number, timer }: { number: number; timer: Timer | null }) {
  const { t } = useTranslation();
  const set = useTimer(number);
  const elapsed = useElapsed(timer);
  // What the dialog began with: it stays as it is while somebody writes.
  const [measured, setMeasured] = useState<{ seconds: number; startedAt: string } | null>(null);
  if (!timer && !measured) {
    return (
      <Button size="s" icon="timer" busy={set.isPending} onClick={() => set.mutate("run")}>
        {t("timeEntry.timer.start")}
      </Button>
    );
  }
  const runs = Boolean(timer?.running_since);
  const stop = () => {
    if (runs) set.mutate("pause");
    if (timer) setMeasured({ seconds: elapsed, startedAt: timer.started_at });
  };
  return (
    <div className={classes.timer}>
      {timer && (
        <>
          <span className={classes.clock} data-runs={runs || undefined}>
            {t(runs ? "timeEntry.timer.runs" : "timeEntry.timer.paused", {
              time: clockText(elapsed),
            })}
          </span>
          <span className="grow" />
          <Button size="s" busy={set.isPending} onClick={() => set.mutate(runs ? "pause" : "run")}>
            {t(runs ? "timeEntry.timer.pause" : "timeEntry.timer.resume")}
          </Button>
          <Button size="s" onClick={stop}>
            {t("timeEntry.timer.stop")}
          </Button>
          <Discard elapsed={elapsed} onDiscard={() => set.mutate("discard")} />
        </>
      )}
      {measured && (
        <TimeEntryDialog number={number} measured={measured} onClose={() => setMeasured(null)} />
      )}
    </div>
  );
}

function Discard({ elapsed, onDiscard }: { elapsed: number; onDiscard: () => void }) {
  const { t, i18n } = useTranslation();
  const [asking, ask] = useDisclosure(false);
  return (
    <>
      <IconButton icon="x" size="s" label={t("timeEntry.timer.discard")} onClick={ask.open} />
      <ConfirmDialog
        opened={asking}
        onClose={ask.close}
        title={t("timeEntry.timer.discardTitle")}
        what={t("timeEntry.timer.discardWhat", { time: durationText(elapsed, t, i18n.language) })}
        confirmLabel={t("timeEntry.timer.discard")}
        onConfirm={() => {
          onDiscard();
          ask.close();
        }}
      />
    </>
  );
}
