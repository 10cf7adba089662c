import { useTranslation } from "react-i18next";
import { useNow } from "@/lib/clock";
import { ageOf, fullText, stampText } from "@/lib/time";

type TimeProps = {
  /** A UTC moment, ISO 8601. */
  at: string;
  className?: string;
  /** What happened then, for the title. */
  of?: string;
};

/** How long ago: "11 min", "2 h", "Fri", "3 Nov"; renews itself. */
export function RelativeTime({ at, of, className }: TimeProps) {
  const { t, i18n } = useTranslation();
  const atMs = Date.parse(at);
  const age = ageOf(atMs, useNow(), i18n.language);
  let text: string;
  if (age.unit === "now") text = t("time.now");
  else if (age.unit === "date") text = age.text;
  else text = t(age.unit === "minutes" ? "time.minutes" : "time.hours", { count: age.count });
  const full = fullText(atMs, i18n.language);
  return (
    <time dateTime={at} title={of ? `${of}: ${full}` : full} className={className}>
      {text}
    </time>
  );
}

/** The time of day, with the date in front when it was not today. */
export function TimeStamp({ at, className }: TimeProps) {
  const { i18n } = useTranslation();
  const atMs = Date.parse(at);
  return (
    <time dateTime={at} title={fullText(atMs, i18n.language)} className={className}>
      {stampText(atMs, useNow(), i18n.language)}
    </time>
  );
}
