import { useTranslation } from "react-i18next";
import { Button, IconButton } from "@/ui/Button";
import { SwitchField, TextField } from "@/ui/Form";
import type { SpecialDay } from "./api";
import classes from "./CalendarEditor.module.css";
import { SpanFields } from "./SpanFields";

type SpecialDayFieldsProps = {
  days: readonly SpecialDay[];
  onChange: (days: SpecialDay[]) => void;
};

/** Days with hours of their own: holidays of the company, and days on which it works shorter or after all. */
export function SpecialDayFields({ days, onChange }: SpecialDayFieldsProps) {
  const { t } = useTranslation();
  const set = (place: number, change: Partial<SpecialDay>) =>
    onChange(days.map((day, at) => (at === place ? { ...day, ...change } : day)));
  const add = () => onChange([...days, { date: "", name: "", spans: [], yearly: false }]);
  return (
    <fieldset className={classes.group}>
      <legend className={classes.legend}>{t("calendars.special")}</legend>
      <p className={classes.hint}>{t("calendars.specialHint")}</p>
      {days.map((day, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a day that is being written has nothing else
        <div key={place} className={classes.special}>
          <div className={classes.line}>
            <TextField
              type="date"
              name={`date${place}`}
              required
              label={t("calendars.date")}
              value={day.date}
              onChange={(event) => set(place, { date: event.currentTarget.value })}
            />
            <TextField
              name={`name${place}`}
              label={t("calendars.dayName")}
              maxLength={200}
              value={day.name ?? ""}
              onChange={(event) => set(place, { name: event.currentTarget.value })}
            />
            <IconButton
              icon="x"
              label={t("settings.remove", { name: day.name || day.date })}
              onClick={() => onChange(days.filter((_, at) => at !== place))}
            />
          </div>
          <SwitchField
            name={`yearly${place}`}
            label={t("calendars.yearly")}
            checked={day.yearly ?? false}
            onChange={(event) => set(place, { yearly: event.currentTarget.checked })}
          />
          <SpanFields
            of={day.name || day.date}
            spans={day.spans ?? []}
            onChange={(spans) => set(place, { spans })}
          />
        </div>
      ))}
      <div>
        <Button type="button" onClick={add}>
          {t("calendars.addDay")}
        </Button>
      </div>
    </fieldset>
  );
}
