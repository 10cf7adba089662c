import { useTranslation } from "react-i18next";
import { IconButton } from "@/ui/Button";
import { CheckBox } from "@/ui/CheckBox";
import classes from "./Export.module.css";

type Column = { key: string; heading: string };
type ColumnChoiceProps = {
  columns: Column[];
  /** The keys of the columns of the file, in its order. */
  chosen: string[];
  onChange: (chosen: string[]) => void;
};

/** The columns of a file, those that are chosen first and in their order. */
export function ColumnChoice({ columns, chosen, onChange }: ColumnChoiceProps) {
  const { t } = useTranslation();
  const held = chosen.flatMap((key) => columns.find((one) => one.key === key) ?? []);
  const others = columns.filter(({ key }) => !chosen.includes(key));
  const move = (key: string, by: -1 | 1) => {
    const place = chosen.indexOf(key);
    const next = chosen.filter((one) => one !== key);
    next.splice(place + by, 0, key);
    onChange(next);
  };
  return (
    <fieldset className={classes.columns}>
      <legend className={classes.legend}>{t("export.columns")}</legend>
      <ul className={classes.list}>
        {held.map(({ key, heading }, place) => (
          <li key={key} className={classes.column}>
            <CheckBox
              checked
              label={heading}
              onChange={() => onChange(chosen.filter((one) => one !== key))}
            />
            <span className="grow cut">{heading}</span>
            <IconButton
              icon="up"
              size="s"
              label={t("export.up", { name: heading })}
              disabled={place === 0}
              onClick={() => move(key, -1)}
            />
            <IconButton
              icon="down"
              size="s"
              label={t("export.down", { name: heading })}
              disabled={place === held.length - 1}
              onClick={() => move(key, 1)}
            />
          </li>
        ))}
        {others.map(({ key, heading }) => (
          <li key={key} className={classes.column}>
            <CheckBox checked={false} label={heading} onChange={() => onChange([...chosen, key])} />
            <span className="grow cut">{heading}</span>
          </li>
        ))}
      </ul>
    </fieldset>
  );
}
