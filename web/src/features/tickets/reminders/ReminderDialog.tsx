import "./texts";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useStaff } from "@/api/directory";
import {
  addReminder,
  changeReminder,
  type Reminder,
  remindersKey,
  useReminderStep,
} from "@/api/reminders";
import { useMe } from "@/api/session";
import { RedactNote } from "@/app/redaction/RedactNote";
import { stampText } from "@/lib/time";
import { momentOfWords, type UsualMoment, usualMoments } from "@/lib/usualMoments";
import { Button } from "@/ui/Button";
import { Dialog, DialogActions } from "@/ui/Dialog";
import { SelectField, TextField } from "@/ui/Form";
import classes from "./Reminders.module.css";

type ReminderDialogProps = {
  number: number;
  /** Without one a reminder is set. */
  reminder?: Reminder;
  onClose: () => void;
};

const usual = Object.keys(usualMoments) as UsualMoment[];

/** When somebody is reminded of a ticket, who, and of what. */
export function ReminderDialog({ number, reminder, onClose }: ReminderDialogProps) {
  const { t, i18n } = useTranslation();
  const me = useMe().person;
  const staff = useStaff();
  const step = useReminderStep();
  const now = Date.now();
  const say = (at: Date) => stampText(at.getTime(), now, i18n.language);
  const [words, setWords] = useState("");
  const [chosen, setChosen] = useState<Date | null>(
    reminder ? new Date(reminder.remind_at) : usualMoments.tomorrow(now),
  );
  const [note, setNote] = useState(reminder?.note ?? "");
  const [person, setPerson] = useState(String(reminder?.person.id ?? me.id));
  const at = words.trim() ? momentOfWords(words, now) : chosen;
  const isMoved = reminder === undefined || at?.getTime() !== Date.parse(reminder.remind_at);
  const save = () => {
    if (!at) return;
    const moment = isMoved ? { remind_at: at.toISOString() } : {};
    const body = { ...moment, note, person_id: Number(person) };
    step.mutate(
      reminder
        ? {
            run: () => changeReminder(reminder.id, { ...body, version: reminder.version }),
            said: t("reminder.saved"),
          }
        : { run: () => addReminder(number, body), said: t("reminder.added", { moment: say(at) }) },
    );
    onClose();
  };
  return (
    <Dialog
      opened
      onClose={onClose}
      title={t(reminder ? "reminder.edit" : "reminder.set")}
      width={420}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          save();
        }}
      >
        <TextField
          name="when"
          label={t("reminder.when")}
          description={t("reminder.whenHint")}
          placeholder={chosen ? say(chosen) : undefined}
          maxLength={40}
          value={words}
          onChange={(event) => setWords(event.currentTarget.value)}
          data-autofocus
        />
        <div className={classes.usual}>
          {usual.map((key) => {
            const moment = usualMoments[key](now);
            return (
              <Button
                key={key}
                type="button"
                size="s"
                aria-pressed={!words.trim() && chosen?.getTime() === moment.getTime()}
                onClick={() => {
                  setWords("");
                  setChosen(moment);
                }}
              >
                {t(`reminder.${key}`)} · {say(moment)}
              </Button>
            );
          })}
        </div>
        <p role={at ? "status" : "alert"} className={classes.moment}>
          {at ? t("reminder.at", { moment: say(at) }) : t("reminder.whenWrong")}
        </p>
        <TextField
          name="note"
          label={t("reminder.note")}
          maxLength={500}
          value={note}
          onChange={(event) => setNote(event.currentTarget.value)}
        />
        <SelectField
          name="person_id"
          label={t("reminder.for")}
          data={[
            { value: String(me.id), label: t("reminder.me") },
            ...staff
              .filter(({ id }) => id !== me.id)
              .map(({ id, name }) => ({ value: String(id), label: name })),
          ]}
          value={person}
          onChange={(event) => setPerson(event.currentTarget.value)}
        />
        <DialogActions>
          {reminder?.note && (
            <RedactNote kind="reminder" id={reminder.id} old={[remindersKey]} onDone={onClose} />
          )}
          <Button type="button" size="l" onClick={onClose}>
            {t("dialog.cancel")}
          </Button>
          <Button type="submit" size="l" look="gold" disabled={!at}>
            {t("reminder.save")}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
