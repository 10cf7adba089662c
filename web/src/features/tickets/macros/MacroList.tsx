import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { MacroSummary } from "@/api/types";
import classes from "./MacroList.module.css";
import "./texts";

type MacroListProps = {
  macros: MacroSummary[];
  marked: number;
  awaited: boolean;
  onChoose: (macro: MacroSummary) => void;
};

/** The macros that fit the ticket and hold what was typed after `::`; the composer's keys move in it. */
export function MacroList({ macros, marked, awaited, onChoose }: MacroListProps) {
  const { t } = useTranslation();
  const shown = useRef<HTMLDivElement>(null);
  const id = macros[marked]?.id;
  useEffect(() => {
    if (id) shown.current?.scrollIntoView({ block: "nearest" });
  }, [id]);
  if (awaited) return null;
  if (macros.length === 0) {
    return (
      <p className={`${classes.list} ${classes.none}`} role="status">
        {t("macros.none")}
      </p>
    );
  }
  return (
    <div className={classes.list} id="macro-list" role="listbox" aria-label={t("macros.list")}>
      {macros.map((macro, place) => (
        <div
          key={macro.id}
          ref={place === marked ? shown : undefined}
          id={`macro-list-${macro.id}`}
          role="option"
          tabIndex={-1}
          aria-selected={place === marked}
          className={classes.option}
          // The field keeps the focus, and so the list stays.
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => onChoose(macro)}
          onKeyDown={() => undefined}
        >
          <span className={classes.name}>
            {macro.folder && <span className={classes.folder}>{macro.folder} / </span>}
            {macro.name}
          </span>
          <span className={classes.kind}>{t(`macros.kind.${macro.kind}`)}</span>
          <span className={classes.excerpt} dir="auto">
            {macro.excerpt}
          </span>
        </div>
      ))}
    </div>
  );
}
