import { useTranslation } from "react-i18next";
import type { BulkRun } from "./api";

/** What a run is called. */
export function useRunName(): (run: BulkRun) => string {
  const { t } = useTranslation();
  return (run) =>
    t("bulkRuns.name", {
      id: String(run.id),
      kind: t(`bulkRuns.kind.${run.kind}`, { number: String(run.undo_of ?? "") }),
    });
}

/** How a run stands. */
export function useStateText(): (run: BulkRun) => string {
  const { t } = useTranslation();
  return ({ state, cancel_asked }) =>
    cancel_asked && (state === "running" || state === "collecting" || state === "waiting")
      ? t("bulkRuns.cancelling")
      : t(`bulkRuns.state.${state}`);
}
