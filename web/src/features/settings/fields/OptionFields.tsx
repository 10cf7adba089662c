import { useTranslation } from "react-i18next";
import { Button, IconButton } from "@/ui/Button";
import { useFieldError } from "@/ui/Form";
import type { DraftOption } from "./draft";
import { levelOf } from "./levels";
import classes from "./OptionFields.module.css";

const NEW_COLOR = "#5B9BD5";
const MOST_LEVELS = 6;

type OptionFieldsProps = {
  options: DraftOption[];
  isTree: boolean;
  onChange: (options: DraftOption[]) => void;
  locked: boolean;
};

/** The options of a choice in their order: name, colour, whether in use; in a tree what lies beneath which. */
export function OptionFields({ options, isTree, onChange, locked }: OptionFieldsProps) {
  const { t } = useTranslation();
  const error = useFieldError("options");
  const set = (place: number, change: Partial<DraftOption>) =>
    onChange(options.map((one, at) => (at === place ? { ...one, ...change } : one)));
  const move = (place: number, to: number) => {
    const next = [...options];
    next.splice(to, 0, ...next.splice(place, 1));
    onChange(next);
  };
  const add = (parent: string | null) =>
    onChange([...options, { key: null, name: "", color: null, parent, active: true }]);
  return (
    <fieldset className={classes.options} disabled={locked}>
      <legend>{t("fields.options")}</legend>
      <ul className={classes.list}>
        {options.map((option, place) => (
          <li
            key={option.key ?? `new ${place}`}
            className={classes.line}
            data-level={levelOf(option, options)}
          >
            <input
              type="color"
              className={classes.color}
              value={option.color ?? NEW_COLOR}
              data-unset={option.color ? undefined : true}
              aria-label={t("fields.optionColor", { name: option.name })}
              onChange={(event) => set(place, { color: event.currentTarget.value.toUpperCase() })}
            />
            <input
              className={classes.name}
              value={option.name}
              maxLength={100}
              dir="auto"
              aria-label={t("fields.optionName", { number: String(place + 1) })}
              onChange={(event) => set(place, { name: event.currentTarget.value })}
            />
            <IconButton
              type="button"
              icon="up"
              size="s"
              label={t("fields.up", { name: option.name })}
              disabled={place === 0}
              onClick={() => move(place, place - 1)}
            />
            <IconButton
              type="button"
              icon="down"
              size="s"
              label={t("fields.down", { name: option.name })}
              disabled={place === options.length - 1}
              onClick={() => move(place, place + 1)}
            />
            {isTree && option.key && levelOf(option, options) < MOST_LEVELS && (
              <IconButton
                type="button"
                icon="plus"
                size="s"
                label={t("fields.addBeneath", { name: option.name })}
                onClick={() => add(option.key)}
              />
            )}
            <IconButton
              type="button"
              icon={option.active ? "x" : "undo"}
              size="s"
              label={t(option.active ? "fields.retire" : "fields.reuse", { name: option.name })}
              onClick={() =>
                option.key === null
                  ? onChange(options.filter((_, at) => at !== place))
                  : set(place, { active: !option.active })
              }
            />
          </li>
        ))}
      </ul>
      {!locked && (
        <Button type="button" icon="plus" onClick={() => add(null)}>
          {t("fields.addOption")}
        </Button>
      )}
      {error && (
        <p className={classes.error} role="alert">
          {error}
        </p>
      )}
    </fieldset>
  );
}
