import "@/app/pageTexts";
import { useTranslation } from "react-i18next";
import { countText } from "@/lib/counts";
import { Button } from "@/ui/Button";
import classes from "./StateFilter.module.css";

type StateFilterProps = {
  states: readonly string[];
  counts: Record<string, number> | undefined;
  chosen: string | undefined;
  nameOf: (state: string) => string;
  onChoose: (state: string | undefined) => void;
};

/** The states with how many mails are in each; one at a time narrows the list. */
export function StateFilter({ states, counts, chosen, nameOf, onChoose }: StateFilterProps) {
  const { t } = useTranslation();
  const shown = states.filter((state) => (counts?.[state] ?? 0) > 0 || state === chosen);
  return (
    <div className={classes.bar} role="toolbar" aria-label={t("tickets.filters")}>
      <Button aria-pressed={!chosen} onClick={() => onChoose(undefined)}>
        {t("mail.all")}
      </Button>
      {shown.map((state) => (
        <Button
          key={state}
          aria-pressed={state === chosen}
          onClick={() => onChoose(state === chosen ? undefined : state)}
        >
          {nameOf(state)}
          <span className={classes.count}>{countText(counts?.[state] ?? 0)}</span>
        </Button>
      ))}
    </div>
  );
}
