import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { SelectField } from "@/ui/Form";
import { countriesQuery } from "./api";
import type { Draft } from "./draft";

type HolidayFieldsProps = { draft: Draft; onChange: (change: Partial<Draft>) => void };

/** Whose public holidays close the calendar. */
export function HolidayFields({ draft, onChange }: HolidayFieldsProps) {
  const { t, i18n } = useTranslation();
  const countries = useQuery(countriesQuery).data ?? [];
  const names = new Intl.DisplayNames([i18n.language], { type: "region", fallback: "code" });
  const options = countries
    .map(({ code }) => ({ value: code, label: names.of(code) ?? code }))
    .sort((one, other) => one.label.localeCompare(other.label, i18n.language));
  const regions = countries.find(({ code }) => code === draft.country)?.regions ?? [];
  const none = { value: "", label: t("settings.none") };
  return (
    <>
      <SelectField
        name="country"
        label={t("calendars.country")}
        description={t("calendars.countryHint")}
        value={draft.country}
        data={[none, ...options]}
        onChange={(event) => onChange({ country: event.currentTarget.value, region: "" })}
      />
      {regions.length > 0 && (
        <SelectField
          name="region"
          label={t("calendars.region")}
          value={draft.region}
          data={[none, ...regions]}
          onChange={(event) => onChange({ region: event.currentTarget.value })}
        />
      )}
    </>
  );
}
