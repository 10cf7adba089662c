import { type ReactNode, useId } from "react";
import { useTranslation } from "react-i18next";
import { Icon } from "./Icon";
import classes from "./MeanwhileFields.module.css";
import type { Meanwhile } from "./meanwhile";

export type MeanwhileFieldsProps = {
  /** Null while nobody else changed anything. */
  rows: Meanwhile[] | null;
  choose: (name: string, takesTheirs: boolean) => void;
};

/** What somebody else changed while a form was open, beside what was typed: a choice for each field. */
export function MeanwhileFields({ rows, choose }: MeanwhileFieldsProps) {
  const { t } = useTranslation();
  if (!rows) return null;
  const clashes = rows.some((row) => row.mine !== undefined);
  return (
    <section className={classes.meanwhile} role="alert" aria-label={t("meanwhile.title")}>
      <p className={classes.title}>
        <Icon name="warn" />
        {t("meanwhile.title")}
      </p>
      <p className={classes.hint}>
        {t(
          rows.length === 0
            ? "meanwhile.elsewhere"
            : clashes
              ? "meanwhile.choose"
              : "meanwhile.taken",
        )}
      </p>
      {rows.map((row) =>
        row.mine === undefined ? (
          <TakenField key={row.name} row={row} />
        ) : (
          <ClashingField key={row.name} row={row} mine={row.mine} choose={choose} />
        ),
      )}
    </section>
  );
}

/** Nothing was typed here: theirs stands in the form, and what it was is told. */
function TakenField({ row }: { row: Meanwhile }) {
  const { t } = useTranslation();
  return (
    <dl className={classes.field}>
      <dt className={classes.label}>{row.label}</dt>
      <dd className={classes.taken}>
        <span className={classes.who}>{t("meanwhile.theirs")}</span>
        <Shown value={row.theirs} />
      </dd>
      <dd className={classes.taken}>
        <span className={classes.who}>{t("meanwhile.before")}</span>
        <Shown value={row.before} />
      </dd>
    </dl>
  );
}

type ClashingFieldProps = {
  row: Meanwhile;
  mine: ReactNode;
  choose: MeanwhileFieldsProps["choose"];
};

/** Both changed it: theirs and one's own side by side, one of them for the form. */
function ClashingField({ row, mine, choose }: ClashingFieldProps) {
  const { t } = useTranslation();
  const group = useId();
  const choices = [
    { takesTheirs: true, who: t("meanwhile.theirs"), value: row.theirs },
    { takesTheirs: false, who: t("meanwhile.mine"), value: mine },
  ];
  return (
    <fieldset className={classes.field}>
      <legend className={classes.label}>{row.label}</legend>
      <div className={classes.choices}>
        {choices.map(({ takesTheirs, who, value }) => (
          <label key={who} className={classes.choice}>
            <input
              type="radio"
              name={group}
              checked={row.takesTheirs === takesTheirs}
              onChange={() => choose(row.name, takesTheirs)}
            />
            <span>
              <span className={classes.who}>{who}</span>
              <Shown value={value} />
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

function Shown({ value }: { value: ReactNode }) {
  const { t } = useTranslation();
  if (typeof value === "boolean") return <span>{t(value ? "meanwhile.on" : "meanwhile.off")}</span>;
  if (value === "") return <span className={classes.none}>{t("meanwhile.nothing")}</span>;
  return (
    <span className={classes.value}>
      <bdi>{value}</bdi>
    </span>
  );
}
