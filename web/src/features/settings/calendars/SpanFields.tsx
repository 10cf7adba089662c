import { useTranslation } from "react-i18next";
import { Button, IconButton } from "@/ui/Button";
import type { Span } from "./api";
import classes from "./CalendarEditor.module.css";

const MOST_SPANS = 10;
const NEXT: Span = { opens: "09:00", closes: "17:00" };
/** A browser's clock has no 24:00; a span that closes at 00:00 ends at the same moment. */
const shown = (closes: string) => (closes === "24:00" ? "00:00" : closes);

type SpanFieldsProps = {
  /** Whose hours they are, for screen readers. */
  of: string;
  spans: readonly Span[];
  onChange: (spans: Span[]) => void;
};

/** Spans of a day, each with when it opens and closes; none says that it is closed. */
export function SpanFields({ of, spans, onChange }: SpanFieldsProps) {
  const { t } = useTranslation();
  const set = (place: number, change: Partial<Span>) =>
    onChange(spans.map((span, at) => (at === place ? { ...span, ...change } : span)));
  return (
    <div className={classes.spans}>
      {spans.length === 0 && <span className={classes.hint}>{t("calendars.closed")}</span>}
      {spans.map((span, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: spans have no identity, and stand in their order
        <span key={place} className={classes.span}>
          <input
            type="time"
            required
            className={classes.clock}
            aria-label={t("calendars.opens", { of, place: String(place + 1) })}
            value={span.opens}
            onChange={(event) => set(place, { opens: event.currentTarget.value })}
          />
          –
          <input
            type="time"
            required
            className={classes.clock}
            aria-label={t("calendars.closes", { of, place: String(place + 1) })}
            value={shown(span.closes)}
            onChange={(event) => set(place, { closes: event.currentTarget.value })}
          />
          <IconButton
            icon="x"
            label={t("calendars.removeSpan", { of, place: String(place + 1) })}
            onClick={() => onChange(spans.filter((_, at) => at !== place))}
          />
        </span>
      ))}
      {spans.length < MOST_SPANS && (
        <Button
          type="button"
          aria-label={t("calendars.addSpanTo", { of })}
          onClick={() => onChange([...spans, NEXT])}
        >
          {t("calendars.addSpan")}
        </Button>
      )}
    </div>
  );
}
