import { useTranslation } from "react-i18next";
import type { Week } from "./api";
import classes from "./CalendarEditor.module.css";
import { WEEKDAYS, weekdayName } from "./draft";
import { SpanFields } from "./SpanFields";

type WeekFieldsProps = { week: Week; onChange: (week: Week) => void };

/** The hours of each day of the week. */
export function WeekFields({ week, onChange }: WeekFieldsProps) {
  const { t, i18n } = useTranslation();
  return (
    <fieldset className={classes.group}>
      <legend className={classes.legend}>{t("calendars.week")}</legend>
      <p className={classes.hint}>{t("calendars.weekHint")}</p>
      {WEEKDAYS.map((day) => {
        const name = weekdayName(day, i18n.language);
        return (
          <div key={day} className={classes.day}>
            <span className={classes.dayName}>{name}</span>
            <SpanFields
              of={name}
              spans={week[day] ?? []}
              onChange={(spans) => onChange({ ...week, [day]: spans })}
            />
          </div>
        );
      })}
    </fieldset>
  );
}
