import "./reminderTexts";
import { Menu } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { usePages } from "@/api/pages";
import { changeReminder, type Reminder, remindersQuery, useReminderStep } from "@/api/reminders";
import { stampText } from "@/lib/time";
import { type UsualMoment, usualMoments } from "@/lib/usualMoments";
import { Button } from "@/ui/Button";
import classes from "./Reminders.module.css";

const usual = Object.keys(usualMoments) as UsualMoment[];

/** The reader's reminders: what they are of, done, or to be told again; nothing where there never were any. */
export default function Reminders() {
  const { t } = useTranslation();
  const [done, setDone] = useState(false);
  const answer = usePages(remindersQuery(done));
  const items = answer.data ?? [];
  if (!answer.data || (items.length === 0 && !done)) return null;
  return (
    <section className={classes.list} aria-label={t("reminder.title")}>
      <div className={classes.head}>
        <h2 className={classes.title}>{t("reminder.title")}</h2>
        <span className="grow" />
        <Button size="s" aria-pressed={done} onClick={() => setDone(!done)}>
          {t(done ? "reminder.showOpen" : "reminder.showDone")}
        </Button>
      </div>
      {items.length === 0 && <p className={classes.note}>{t("reminder.none")}</p>}
      <ul>
        {items.map((one) => (
          <Line key={one.id} reminder={one} />
        ))}
      </ul>
      {answer.hasNextPage && (
        <Button
          size="s"
          busy={answer.isFetchingNextPage}
          onClick={() => void answer.fetchNextPage()}
        >
          {t("reminder.more")}
        </Button>
      )}
    </section>
  );
}

function Line({ reminder }: { reminder: Reminder }) {
  const { t, i18n } = useTranslation();
  const step = useReminderStep();
  const now = Date.now();
  const say = (atMs: number) => stampText(atMs, now, i18n.language);
  const { id, number, subject, note, person, made_by, done_at } = reminder;
  const at = Date.parse(reminder.remind_at);
  const isDue = done_at === null && at <= now;
  const about = [note, made_by.id !== person.id && t("reminder.by", { name: made_by.name })];
  const again = (key: UsualMoment) => {
    const moment = usualMoments[key](now);
    step.mutate({
      run: () => changeReminder(id, { remind_at: moment.toISOString() }),
      said: t("reminder.againAt", { moment: say(moment.getTime()) }),
    });
  };
  return (
    <li className={classes.line}>
      <Link to="/desk/tickets/$number" params={{ number }} search={{}} className={classes.words}>
        <bdi>{subject}</bdi> <span className={classes.number}>#{number}</span>
        <bdi className={classes.note}>{about.filter(Boolean).join(" · ")}</bdi>
      </Link>
      <span className={classes.at} data-due={isDue || undefined}>
        {isDue && `${t("reminder.due")} · `}
        {say(at)}
      </span>
      {done_at === null && (
        <Button
          size="s"
          icon="check"
          aria-label={t("reminder.doneOf", { what: note || subject })}
          onClick={() =>
            step.mutate({
              run: () => changeReminder(id, { done: true }),
              said: t("reminder.isDone"),
            })
          }
        >
          {t("reminder.done")}
        </Button>
      )}
      <Menu position="bottom-end">
        <Menu.Target>
          <Button size="s" icon="clock">
            {t("reminder.again")}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {usual.map((key) => (
            <Menu.Item key={key} onClick={() => again(key)}>
              {t(`reminder.${key}`)} · {say(usualMoments[key](now).getTime())}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
    </li>
  );
}
