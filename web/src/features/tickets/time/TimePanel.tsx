import "./texts";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Ticket } from "@/api/types";
import { Button, IconButton } from "@/ui/Button";
import { TimeStamp } from "@/ui/RelativeTime";
import { type TimeEntry, ticketTimeQuery } from "./api";
import { durationText } from "./duration";
import classes from "./Time.module.css";
import { TimeEntryDialog } from "./TimeEntryDialog";
import { TimerControls } from "./TimerControls";

type TimePanelProps = { ticket: Ticket; className?: string };

/** The time that was worked on a ticket, and the reader's timer. */
export default function TimePanel({ ticket, className }: TimePanelProps) {
  const { t } = useTranslation();
  const { number } = ticket;
  const time = useInfiniteQuery(ticketTimeQuery(number));
  const [opened, setOpened] = useState<TimeEntry | "new" | null>(null);
  const first = time.data?.pages[0];
  if (!first) return null;
  const entries = time.data?.pages.flatMap((page) => page.items) ?? [];
  if (entries.length === 0 && !first.can_log) return null;
  return (
    <section className={className} aria-label={t("timeEntry.title")}>
      <h2 className={classes.heading}>
        {t("timeEntry.title")}
        {first.can_log && (
          <IconButton
            icon="plus"
            size="s"
            label={t("timeEntry.add")}
            onClick={() => setOpened("new")}
          />
        )}
      </h2>
      {first.can_log && <TimerControls number={number} timer={first.timer} />}
      <Sum seconds={first.seconds} billable={first.billable_seconds} />
      <ul>
        {entries.map((entry) => (
          <Entry key={entry.id} entry={entry} onOpen={() => setOpened(entry)} />
        ))}
      </ul>
      {time.hasNextPage && (
        <Button size="s" onClick={() => void time.fetchNextPage()}>
          {t("timeEntry.more")}
        </Button>
      )}
      {opened && (
        <TimeEntryDialog
          number={number}
          entry={opened === "new" ? undefined : opened}
          onReload={async () =>
            (await time.refetch()).data?.pages
              .flatMap((page) => page.items)
              .find(({ id }) => opened !== "new" && id === opened.id)
          }
          onClose={() => setOpened(null)}
        />
      )}
    </section>
  );
}

function Sum({ seconds, billable }: { seconds: number; billable: number }) {
  const { t, i18n } = useTranslation();
  if (seconds === 0) return <p className={classes.quiet}>{t("timeEntry.none")}</p>;
  const say = (count: number) => durationText(count, t, i18n.language);
  return (
    <p className={classes.quiet}>
      {billable === seconds
        ? t("timeEntry.sum", { time: say(seconds) })
        : t("timeEntry.sumBillable", { time: say(seconds), billable: say(billable) })}
    </p>
  );
}

function Entry({ entry, onOpen }: { entry: TimeEntry; onOpen: () => void }) {
  const { t, i18n } = useTranslation();
  const time = durationText(entry.seconds, t, i18n.language);
  const about = [entry.activity_name, !entry.billable && t("timeEntry.unbillable"), entry.note];
  const words = about.filter(Boolean).join(" · ");
  return (
    <li>
      <button
        type="button"
        className={classes.entry}
        aria-label={`${t("timeEntry.edit")}: ${t("timeEntry.by", { name: entry.person_name, time })}`}
        onClick={onOpen}
      >
        <span className={classes.line}>
          <bdi className="cut">{entry.person_name}</bdi>
          <span className={classes.duration}>{time}</span>
        </span>
        <span className={classes.line}>
          <bdi className={`${classes.about} cut`} title={words}>
            {words}
          </bdi>
          <TimeStamp at={entry.started_at} className={classes.at} />
        </span>
      </button>
    </li>
  );
}
