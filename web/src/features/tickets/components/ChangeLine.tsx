import { useTranslation } from "react-i18next";
import { useStatuses } from "@/api/directory";
import type { ChangeItem } from "@/api/types";
import { undoRefusalText, useUndo } from "@/api/undo";
import { Icon } from "@/ui/Icon";
import { TimeStamp } from "@/ui/RelativeTime";
import { UndoButton } from "@/ui/UndoButton";
import { iconOf, sentenceOf } from "../changeText";
import classes from "./ChangeLine.module.css";

/** One change between messages: a line, not a block; it can be undone from here. */
export function ChangeLine({ change }: { change: ChangeItem }) {
  const { t } = useTranslation();
  const { undo } = useUndo();
  const statuses = useStatuses();
  const sentence = sentenceOf(change, t);
  return (
    <div className={classes.change} data-undone={change.undone || undefined}>
      <Icon name={iconOf(change, { statuses })} size={14} className={classes.icon} />
      <p className={classes.line}>
        <span className="cut" title={sentence}>
          <bdi className={classes.actor}>{change.actor?.name ?? t("change.system")}</bdi>{" "}
          <span className={classes.what}>{sentence}</span>
          {change.undone && ` (${t("change.undone")})`}
        </span>
        {!change.undone && (
          <UndoButton
            className={classes.undo}
            label={t("ticket.undoThis", { sentence })}
            refusal={undoRefusalText(change.undo_refusal)}
            onUndo={() => void undo({ changeId: change.id })}
          >
            {t("undo.undo")}
          </UndoButton>
        )}
        <TimeStamp at={change.at} className={classes.time} />
      </p>
    </div>
  );
}
