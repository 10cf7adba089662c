import "./texts";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import {
  changeReminder,
  type Reminder,
  removeReminder,
  ticketRemindersQuery,
  useReminderStep,
} from "@/api/reminders";
import { useMe } from "@/api/session";
import type { Ticket } from "@/api/types";
import { stampText } from "@/lib/time";
import { IconButton } from "@/ui/Button";
import { ReminderDialog } from "./ReminderDialog";
import classes from "./Reminders.module.css";

/** The reader's reminders of a ticket, and those that they set for colleagues; nothing where there are none. */
export default function TicketReminders({
  ticket,
  className,
}: {
  ticket: Ticket;
  className?: string;
}) {
  const { t, i18n } = useTranslation();
  const me = useMe().person.id;
  const { number } = ticket;
  const { data = [] } = useQuery(ticketRemindersQuery(number));
  const step = useReminderStep();
  const [edited, setEdited] = useState<number | null>(null);
  if (data.length === 0) return null;
  const stamp = (at: string) => stampText(Date.parse(at), Date.now(), i18n.language);
  const about = ({ note, person, made_by }: Reminder) =>
    [
      note,
      person.id !== me && t("reminder.to", { name: person.name }),
      made_by.id !== me && t("reminder.by", { name: made_by.name }),
    ]
      .filter(Boolean)
      .join(" · ");
  const shown = data.find(({ id }) => id === edited);
  return (
    <section className={className} aria-label={t("reminder.title")}>
      <h2 className={classes.heading}>{t("reminder.title")}</h2>
      <ul>
        {data.map((one) => (
          <li key={one.id} className={classes.line}>
            <button
              type="button"
              className={classes.words}
              aria-label={t("reminder.open", { moment: stamp(one.remind_at) })}
              onClick={() => setEdited(one.id)}
            >
              {stamp(one.remind_at)}
              <bdi className={classes.about}>{about(one)}</bdi>
            </button>
            <IconButton
              icon="check"
              size="s"
              label={t("reminder.doneOf", { what: one.note || stamp(one.remind_at) })}
              onClick={() =>
                step.mutate({
                  run: () => changeReminder(one.id, { done: true }),
                  said: t("reminder.isDone"),
                })
              }
            />
            <IconButton
              icon="x"
              size="s"
              label={t("reminder.remove")}
              onClick={() =>
                step.mutate({ run: () => removeReminder(one.id), said: t("reminder.removed") })
              }
            />
          </li>
        ))}
      </ul>
      {shown && <ReminderDialog number={number} reminder={shown} onClose={() => setEdited(null)} />}
    </section>
  );
}
