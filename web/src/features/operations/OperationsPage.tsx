import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Page } from "@/app/settings/SettingsPage";
import { Icon } from "@/ui/Icon";
import { ErrorState, Skeleton } from "@/ui/States";
import { type Operations, operationsQuery } from "./api";
import { Backups } from "./components/Backups";
import { ParkedChanges } from "./components/ParkedChanges";
import { Queues, Releases, Services } from "./components/SideCards";
import { Triggers } from "./components/Triggers";
import { Verdict } from "./components/Verdict";
import classes from "./OperationsPage.module.css";

/** How the installation does: measured, proven, and what an administrator may do about it. */
export function OperationsPage() {
  return (
    <Page section="operations" wide>
      <Answer />
    </Page>
  );
}

function Answer() {
  const { data, error, refetch } = useQuery(operationsQuery);
  if (data) return <LoadedPage operations={data} stale={error !== null} />;
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />;
  return <Skeleton rows={8} height={48} />;
}

function LoadedPage({ operations, stale }: { operations: Operations; stale: boolean }) {
  const { t } = useTranslation();
  const notes = stale ? [t("operations.stale"), ...operations.notes] : operations.notes;
  return (
    <>
      <Verdict operations={operations} />
      {notes.length > 0 && (
        <ul className={classes.notes}>
          {notes.map((note) => (
            <li key={note}>
              <Icon name="bell" />
              {note}
            </li>
          ))}
        </ul>
      )}
      <div className={classes.columns}>
        <div className={classes.column}>
          <Triggers findings={operations.findings} />
          <Backups operations={operations} />
        </div>
        <div className={classes.column}>
          <Services services={operations.services} />
          <Queues operations={operations} />
          <ParkedChanges operations={operations} />
          <Releases operations={operations} />
        </div>
      </div>
    </>
  );
}
