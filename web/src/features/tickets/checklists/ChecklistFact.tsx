import "./texts";
import { useTranslation } from "react-i18next";
import type { Ticket } from "@/api/types";
import { Icon } from "@/ui/Icon";
import classes from "./Checklists.module.css";

/** Beside the status: how much of the checklists is done, and whether the ticket can be resolved. */
export default function ChecklistFact({
  progress,
}: {
  progress: NonNullable<Ticket["checklist"]>;
}) {
  const { t } = useTranslation();
  const [done, total] = [String(progress.done), String(progress.total)];
  const words = [
    t("checklist.of", { done, total }),
    progress.required > 0 && t("checklist.openRequired", { count: progress.required }),
  ]
    .filter(Boolean)
    .join(". ");
  return (
    <span className={classes.fact} data-blocks={progress.required > 0 || undefined} title={words}>
      <Icon name={progress.required > 0 ? "lock" : "checks"} />
      <span aria-hidden>{t("checklist.progress", { done, total })}</span>
      <span className="vh">{words}</span>
    </span>
  );
}
