import { useTranslation } from "react-i18next";
import { Button } from "@/ui/Button";
import { Bar, BarTitle, Pane } from "@/ui/Pane";
import classes from "./Narrowing.module.css";
import { compared, comparisons, says } from "./searchState";

type NarrowingProps = { q: string; onText: (text: string) => void };

/** Comparisons that narrow the tickets; each is written into the search's text, and taken out again. */
export function Narrowing({ q, onText }: NarrowingProps) {
  const { t } = useTranslation();
  const names: Record<keyof typeof comparisons, readonly string[]> = {
    status: [t("category.new"), t("category.open"), t("category.waiting"), t("category.resolved")],
    created: [
      t("search.since.day"),
      t("search.since.week"),
      t("search.since.month"),
      t("search.since.year"),
    ],
  };
  const titles = { status: t("search.status"), created: t("search.created") };
  return (
    <Pane as="aside" label={t("search.narrow")} className={classes.aside}>
      <Bar>
        <BarTitle>{t("search.narrow")}</BarTitle>
      </Bar>
      {(["status", "created"] as const).map((group) => (
        // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be laid out in a column
        <div key={group} role="group" aria-label={titles[group]} className={classes.group}>
          <h2 className={classes.title}>{titles[group]}</h2>
          {comparisons[group].map((one, place) => (
            <Button
              key={one}
              icon={says(q, one) ? "check" : undefined}
              aria-pressed={says(q, one)}
              className={classes.choice}
              onClick={() => onText(compared(q, comparisons[group], one))}
            >
              {names[group][place]}
            </Button>
          ))}
        </div>
      ))}
    </Pane>
  );
}
