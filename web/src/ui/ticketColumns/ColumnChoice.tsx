import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { fieldsQuery } from "@/api/fields";
import { IconButton } from "../Button";
import { CheckBox } from "../CheckBox";
import { moved, useReorder } from "../reorder";
import classes from "./ColumnChoice.module.css";
import { useFieldWord } from "./fieldWords";
import { mayBeColumn } from "./ownColumns";

type ColumnChoiceProps = {
  columns: readonly string[];
  onChange: (columns: string[]) => void;
  /** What a list shows without a choice. */
  hint: string;
};

/** The columns that a list shows, in order, and those that it may show. */
export function ColumnChoice({ columns, onChange, hint }: ColumnChoiceProps) {
  const { t } = useTranslation();
  const fields = useQuery(fieldsQuery).data ?? [];
  const wordOf = useFieldWord([...columns, ...fields.map(({ key }) => key)]);
  const others = fields
    .filter((field) => field.in_list && mayBeColumn(field.key) && !columns.includes(field.key))
    .map(({ key }) => key);
  const handles = useReorder(columns, onChange);
  const shift = (key: string, by: number) => {
    const at = columns.indexOf(key);
    onChange(moved(columns, at, at + by));
  };
  return (
    <fieldset className={classes.choice}>
      <legend>{t("viewEditor.columns")}</legend>
      <p className={classes.hint}>{hint}</p>
      <ul className={classes.list}>
        {[...columns, ...others].map((key) => {
          const at = columns.indexOf(key);
          const isChosen = at >= 0;
          return (
            <li key={key} className={classes.line} {...(isChosen ? handles(key) : {})}>
              <CheckBox
                checked={isChosen}
                label={wordOf(key)}
                onChange={() =>
                  onChange(isChosen ? columns.filter((one) => one !== key) : [...columns, key])
                }
              />
              <span className="grow cut">{wordOf(key)}</span>
              {isChosen && (
                <>
                  <IconButton
                    icon="up"
                    label={t("viewEditor.up", { name: wordOf(key) })}
                    disabled={at === 0}
                    onClick={() => shift(key, -1)}
                  />
                  <IconButton
                    icon="down"
                    label={t("viewEditor.down", { name: wordOf(key) })}
                    disabled={at === columns.length - 1}
                    onClick={() => shift(key, 1)}
                  />
                </>
              )}
            </li>
          );
        })}
      </ul>
    </fieldset>
  );
}
