import { useTranslation } from "react-i18next";
import classes from "./ColorField.module.css";

/** Told apart from each other and from the gold, which means something else. */
export const teamColors = [
  "#5B9BD5",
  "#45B5AA",
  "#5FAE66",
  "#D9824B",
  "#D46A86",
  "#8B6FD6",
  "#3FA7C9",
  "#7C8AA5",
] as const;

type ColorFieldProps = { value: string; onChange: (color: string) => void };

/** A team's colour: one of a few, or any other. */
export function ColorField({ value, onChange }: ColorFieldProps) {
  const { t } = useTranslation();
  const held = value.toUpperCase();
  const offered = teamColors.some((color) => color === held) ? teamColors : [held, ...teamColors];
  return (
    <fieldset className={classes.colors}>
      <legend>{t("teams.color")}</legend>
      {offered.map((color) => (
        <label key={color} className={classes.swatch}>
          <input
            type="radio"
            name="color"
            className="vh"
            value={color}
            checked={color === held}
            onChange={() => onChange(color)}
            aria-label={color}
          />
          <span style={{ background: color }} />
        </label>
      ))}
      <label className={classes.other}>
        <input
          type="color"
          value={value}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
        {t("teams.otherColor")}
      </label>
    </fieldset>
  );
}
