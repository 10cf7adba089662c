import { useTranslation } from "react-i18next";
import { client, write } from "@/api/client";
import { zones } from "@/lib/knownZones";
import { needed } from "@/ui/checks";
import { EditDialog } from "@/ui/EditDialog";
import { SelectField, SwitchField, TextField } from "@/ui/Form";
import { useRecord } from "@/ui/record";
import { type Calendar, calendarsKey } from "./api";
import { CalendarPreview } from "./CalendarPreview";
import { type Draft, dayName, fieldsOf, weekText } from "./draft";
import { HolidayFields } from "./HolidayFields";
import { SpecialDayFields } from "./SpecialDayFields";
import { WeekFields } from "./WeekFields";

type CalendarDialogProps = {
  /** Without one a calendar is added. */
  calendar?: Calendar;
  locked: boolean;
  onReload?: () => Promise<Calendar | undefined>;
  onClose: () => void;
};

/** A calendar: its zone, its week, its holidays, and what that means for the next 12 months. */
export function CalendarDialog({ calendar, locked, onReload, onClose }: CalendarDialogProps) {
  const { t } = useTranslation();
  const record = useRecord({
    stored: calendar,
    fieldsOf,
    words: useWords(),
    onReload,
    onClose,
    check: ({ name }) => needed("name", name, t),
    save: (values, changed, version) => (calendar ? edit(calendar, changed, version) : add(values)),
    said: ({ name }) => t(calendar ? "calendars.saved" : "calendars.added", { name: name.trim() }),
    stale: [calendarsKey],
  });
  const { values, set } = record;
  const removal = calendar && {
    label: t("calendars.delete"),
    title: t("settings.removeTitle", { name: calendar.name }),
    onRemove: () =>
      record.remove(
        () => removeCalendar(calendar),
        t("calendars.deleted", { name: calendar.name }),
      ),
  };
  return (
    <EditDialog
      title={calendar?.name ?? t("calendars.add")}
      {...record.dialog}
      locked={locked}
      removal={removal}
    >
      <TextField
        {...record.text("name")}
        label={t("calendars.name")}
        maxLength={100}
        data-autofocus
      />
      <SelectField
        {...record.text("time_zone")}
        label={t("calendars.zone")}
        data={zones(values.time_zone)}
      />
      <WeekFields week={values.hours} onChange={(hours) => set({ hours })} />
      <HolidayFields draft={values} onChange={set} />
      {calendar?.imported_days?.length ? (
        <Imported calendar={calendar} {...record.toggle("keepsImported")} />
      ) : null}
      <SpecialDayFields
        days={values.special_days}
        onChange={(special_days) => set({ special_days })}
      />
      {!locked && <CalendarPreview draft={values} id={calendar?.id} />}
    </EditDialog>
  );
}

type ImportedProps = {
  calendar: Calendar;
} & Pick<Parameters<typeof SwitchField>[0], "name" | "checked" | "onChange">;

function Imported({ calendar, ...field }: ImportedProps) {
  const { t, i18n } = useTranslation();
  const until = calendar.imported_until;
  return (
    <SwitchField
      {...field}
      label={t("calendars.keepImported", {
        count: calendar.imported_days?.length ?? 0,
        file: calendar.imported_from,
      })}
      description={until && t("calendars.importedUntil", { day: dayName(until, i18n.language) })}
    />
  );
}

function useWords() {
  const { t, i18n } = useTranslation();
  return {
    name: t("calendars.name"),
    time_zone: t("calendars.zone"),
    hours: {
      label: t("calendars.week"),
      say: (hours: Draft["hours"]) => weekText(hours, i18n.language) || t("calendars.closed"),
    },
    country: t("calendars.country"),
    region: t("calendars.region"),
    special_days: {
      label: t("calendars.special"),
      say: (days: Draft["special_days"]) =>
        days.map((day) => `${day.date} ${day.name ?? ""}`.trim()).join(", "),
    },
    keepsImported: t("calendars.imported"),
  };
}

function edit(calendar: Calendar, changed: Partial<Draft>, version: number | undefined) {
  const { keepsImported, country, region, ...rest } = changed;
  const body = {
    ...rest,
    ...(country === undefined ? {} : { country: country || null }),
    ...(region === undefined ? {} : { region: region || null }),
    ...(keepsImported === false ? { imported_days: [] } : {}),
    version,
  };
  const params = { path: { calendar_id: calendar.id } };
  return write(client.PATCH("/api/v1/calendars/{calendar_id}", { params, body }));
}

function add({ keepsImported: _, ...draft }: Draft) {
  const body = {
    ...draft,
    name: draft.name.trim(),
    country: draft.country || null,
    region: draft.region || null,
  };
  return write(client.POST("/api/v1/calendars", { body }));
}

const removeCalendar = (calendar: Calendar) =>
  write(
    client.DELETE("/api/v1/calendars/{calendar_id}", {
      params: { path: { calendar_id: calendar.id } },
    }),
  );
