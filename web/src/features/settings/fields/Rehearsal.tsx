import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { FieldValues, InputField } from "@/api/customFields";
import type { components } from "@/api/generated/schema";
import { Button, IconButton } from "@/ui/Button";
import { FieldInput } from "@/ui/customFields/FieldInput";
import { valueText } from "@/ui/customFields/valueText";
import classes from "./Rehearsal.module.css";

type Report = components["schemas"]["ConversionReport"];
type Lost = Report["lost"][number];

type RehearsalProps = {
  report: Report;
  /** The field as it would be. */
  target: InputField;
  /** What was said of values, by what people read of them; null leaves nothing. */
  values: FieldValues;
  onChange: (values: FieldValues) => void;
};

/** How many values are converted, and each that is not, with what shall become of it. */
export function Rehearsal({ report, target, values, onChange }: RehearsalProps) {
  const { t } = useTranslation();
  const { converted, cleared, refused, lost } = report;
  const isLost = new Set(lost.map((one) => one.value));
  const decided = Object.keys(values).filter((text) => !isLost.has(text));
  const leaveAll = () =>
    onChange({ ...values, ...Object.fromEntries(lost.map((one) => [one.value, null])) });
  const without = (text: string) =>
    onChange(Object.fromEntries(Object.entries(values).filter(([one]) => one !== text)));
  return (
    <section className={classes.report} aria-label={t("fields.rehearsal")}>
      <div role="status">
        <p>{t("fields.willConvert", { count: converted })}</p>
        {cleared > 0 && <p>{t("fields.willClear", { count: cleared })}</p>}
        <p className={refused > 0 ? classes.refused : undefined}>
          {refused > 0 ? t("fields.wouldLose", { count: refused }) : t("fields.losesNothing")}
        </p>
      </div>
      {lost.length > 0 && (
        <>
          <p className={classes.hint}>{t("fields.loseHint")}</p>
          <ul className={classes.list} aria-label={t("fields.lost")}>
            {lost.map((one) => (
              <LostLine
                key={one.value}
                lost={one}
                target={target}
                onSay={(value) => onChange({ ...values, [one.value]: value })}
              />
            ))}
          </ul>
          <Button type="button" onClick={leaveAll}>
            {t("fields.clearAll", { count: lost.length })}
          </Button>
        </>
      )}
      {decided.length > 0 && (
        <ul className={classes.list} aria-label={t("fields.decided")}>
          {decided.map((text) => (
            <li key={text} className={classes.line}>
              <bdi className={classes.value}>{text}</bdi>
              <span className="grow">
                <bdi>
                  {valueText(target, values[text], t("customFields.yes"), t("customFields.no")) ||
                    t("fields.becomesEmpty")}
                </bdi>
              </span>
              <IconButton
                type="button"
                icon="undo"
                label={t("fields.decideAgain", { value: text })}
                onClick={() => without(text)}
              />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

type LostLineProps = { lost: Lost; target: InputField; onSay: (value: unknown) => void };

/** A value that would be lost: why, how often there is one, and what shall be in its place. */
function LostLine({ lost, target, onSay }: LostLineProps) {
  const { t } = useTranslation();
  const [value, setValue] = useState<unknown>(null);
  const name = t("fields.instead", { value: lost.value });
  return (
    <li className={classes.lost}>
      <div className={classes.line}>
        <bdi className={classes.value}>{lost.value}</bdi>
        <span className={classes.hint}>{t("fields.records", { count: lost.count })}</span>
        <span className="grow" />
        <Button type="button" size="s" onClick={() => onSay(null)}>
          {t("fields.clearOne")}
        </Button>
      </div>
      <p className={classes.hint}>{lost.reason}</p>
      <div className={classes.instead}>
        <FieldInput
          field={{ ...target, key: `instead ${lost.value}`, name, help: "" }}
          value={value}
          onChange={setValue}
        />
        <Button
          type="button"
          size="s"
          disabled={value === null || value === ""}
          onClick={() => onSay(value)}
        >
          {t("fields.useInstead")}
        </Button>
      </div>
    </li>
  );
}
