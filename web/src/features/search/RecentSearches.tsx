import { useTranslation } from "react-i18next";
import { Button } from "@/ui/Button";
import { EmptyState } from "@/ui/States";
import classes from "./RecentSearches.module.css";

type RecentSearchesProps = {
  recent: readonly string[];
  forget: () => void;
  onPick: (words: string) => void;
};

/** What the person searched for lately in this browser; without any, what a search takes. */
export function RecentSearches({ recent, forget, onPick }: RecentSearchesProps) {
  const { t } = useTranslation();
  if (recent.length === 0) {
    return <EmptyState icon="search" title={t("search.start")} hint={t("search.startHint")} />;
  }
  return (
    <section aria-label={t("search.recent")} className={classes.recent}>
      <h2 className={classes.title}>{t("search.recent")}</h2>
      {recent.map((words) => (
        <Button key={words} icon="clock" className={classes.words} onClick={() => onPick(words)}>
          <bdi className="cut">{words}</bdi>
        </Button>
      ))}
      <Button look="line" size="s" className={classes.forget} onClick={forget}>
        {t("search.forget")}
      </Button>
    </section>
  );
}
