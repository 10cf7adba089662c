import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { usePages } from "@/api/pages";
import { Page } from "@/app/settings/SettingsPage";
import { Icon } from "@/ui/Icon";
import { ListState } from "@/ui/ListState";
import { RelativeTime } from "@/ui/RelativeTime";
import { EmptyState } from "@/ui/States";
import { runsQuery } from "./api";
import classes from "./bulk.module.css";
import { useRunName, useStateText } from "./words";

/** The bulk changes of the person signed in, each a link to its report. */
export function RunsPage() {
  const { t } = useTranslation();
  const answer = usePages(runsQuery);
  const nameOf = useRunName();
  const stateOf = useStateText();
  return (
    <Page section="bulk">
      <ListState
        answer={answer}
        empty={
          <EmptyState icon="checks" title={t("bulkRuns.empty")} hint={t("bulkRuns.emptyHint")} />
        }
        row={(run) => (
          <li key={run.id}>
            <Link
              to="/desk/settings/bulk/$runId"
              params={{ runId: String(run.id) }}
              className={classes.run}
            >
              <Icon name="checks" />
              <span className={classes.words}>
                <span className="cut">{nameOf(run)}</span>
                <span className={classes.hint}>
                  {t("bulkRuns.counted", {
                    changed: String(run.changed),
                    unchanged: String(run.unchanged),
                    refused: String(run.refused),
                  })}
                </span>
              </span>
              <span className={classes.hint}>{stateOf(run)}</span>
              <span className={classes.hint}>
                <RelativeTime at={run.created_at} />
              </span>
            </Link>
          </li>
        )}
      />
    </Page>
  );
}
