import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Button } from "@/ui/Button";
import { Icon } from "@/ui/Icon";
import classes from "./RecentSearches.module.css";
import { useSavedSearches } from "./savedSearches";

/** The searches that the person saved as views of their own; each can be searched again, or opened as a list. */
export function SavedSearches({ onPick }: { onPick: (words: string) => void }) {
  const { t } = useTranslation();
  const saved = useSavedSearches();
  if (saved.length === 0) return null;
  return (
    <section aria-label={t("search.savedTitle")} className={classes.recent}>
      <h2 className={classes.title}>{t("search.savedTitle")}</h2>
      {saved.map((view) => (
        <div key={view.id} className={classes.saved}>
          <Button icon="star" className={classes.words} onClick={() => onPick(view.text)}>
            <bdi className="cut">{view.name}</bdi>
          </Button>
          <Link
            to="/desk/tickets"
            search={{ view: `${view.id}` }}
            className={classes.open}
            aria-label={t("search.openView", { name: view.name })}
          >
            <Icon name="rows" />
          </Link>
        </div>
      ))}
    </section>
  );
}
