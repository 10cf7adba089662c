import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { previewQuery } from "./api";
import classes from "./CalendarEditor.module.css";
import { type Draft, dayName, isWritten } from "./draft";

const PAUSE_MS = 400;

/** The days of the next 12 months that are not as their day of the week, as the calendar stands in the dialog. */
export function CalendarPreview({ draft, id }: { draft: Draft; id?: number }) {
  const { t, i18n } = useTranslation();
  const [shown] = useDebouncedValue(draft, PAUSE_MS);
  const preview = useQuery({
    ...previewQuery({
      time_zone: shown.time_zone,
      hours: shown.hours,
      special_days: shown.special_days.filter(isWritten),
      country: shown.country || null,
      region: shown.region || null,
      id: shown.keepsImported ? id : undefined,
    }),
    placeholderData: keepPreviousData,
  });
  const { days, state } = preview.data ?? { days: [], state: null };
  const opening = state?.next_opening_at;
  const moment = (at: string) =>
    new Date(at).toLocaleString(i18n.language, {
      weekday: "long",
      hour: "2-digit",
      minute: "2-digit",
      timeZone: shown.time_zone,
    });
  return (
    <section className={classes.group} aria-label={t("calendars.preview")}>
      <h3 className={classes.legend}>{t("calendars.preview")}</h3>
      {preview.isError && <p className={classes.hint}>{t("calendars.previewFailed")}</p>}
      {state && (
        <p className={classes.hint}>
          {state.is_open
            ? t("calendars.openNow")
            : opening
              ? t("calendars.opensAt", { moment: moment(opening) })
              : t("calendars.neverOpens")}
        </p>
      )}
      <ul className={classes.holidays}>
        {days.map((day) => (
          <li key={day.date}>
            {dayName(day.date, i18n.language)}
            <bdi>{day.name}</bdi>
            <span className={classes.hint}>
              {t(`calendars.source.${day.source}`)}
              {!day.is_closed && ` · ${t("calendars.ownHours")}`}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
