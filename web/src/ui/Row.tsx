import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import classes from "./Row.module.css";

type RowProps = {
  /** Drawn in front: an avatar, a square, an icon. */
  sign?: ReactNode;
  name: string;
  hint?: ReactNode;
  /** At the row's end: counts, links, buttons. */
  end?: ReactNode;
  /** Makes the whole row open something. */
  onOpen?: () => void;
  faded?: boolean;
};

/** One entry of a list: name, a line under it, and what stands at its end. */
export function Row({ sign, name, hint, end, onOpen, faded }: RowProps) {
  const { t } = useTranslation();
  return (
    <li className={`${classes.row} ${onOpen ? classes.opens : ""} ${faded ? classes.faded : ""}`}>
      {sign && <span className={classes.sign}>{sign}</span>}
      <span className={classes.words}>
        {onOpen ? (
          <button
            type="button"
            className={`${classes.name} ${classes.open} cut`}
            aria-label={t("settings.edit", { name })}
            onClick={onOpen}
          >
            <bdi>{name}</bdi>
          </button>
        ) : (
          // Not on the <bdi> itself: its own direction would move the name to the other side.
          <span className={`${classes.name} cut`}>
            <bdi>{name}</bdi>
          </span>
        )}
        {hint && <span className={classes.hint}>{hint}</span>}
      </span>
      {end && <span className={classes.end}>{end}</span>}
    </li>
  );
}
