import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { ChangeItem } from "@/api/types";
import { usePrinting } from "@/lib/printing";
import { Icon } from "@/ui/Icon";
import { TimeStamp } from "@/ui/RelativeTime";
import { ChangeLine } from "./ChangeLine";
import classes from "./ChangeLine.module.css";

const SHOWN_NAMES = 2;

/** Changes that follow each other without a message between them: one line that opens. */
export function ChangeRun({ changes }: { changes: ChangeItem[] }) {
  const { t } = useTranslation();
  const printing = usePrinting();
  const [opened, setOpened] = useState(false);
  const names = useNames(changes);
  const last = changes.at(-1);
  const shown = opened || printing;
  return (
    <>
      <div className={classes.change}>
        <Icon name={shown ? "down" : "right"} size={14} className={classes.icon} />
        <p className={classes.line}>
          <button
            type="button"
            className={classes.run}
            aria-expanded={shown}
            onClick={() => setOpened(!opened)}
          >
            {t("change.run", { count: changes.length, names })}
          </button>
          {last && !shown && <TimeStamp at={last.at} className={classes.time} />}
        </p>
      </div>
      {shown && changes.map((change) => <ChangeLine key={change.id} change={change} />)}
    </>
  );
}

/** Who made them, the first two by name. */
function useNames(changes: ChangeItem[]): string {
  const { t, i18n } = useTranslation();
  const names = [...new Set(changes.map((one) => one.actor?.name ?? t("change.system")))];
  const more = names.length - SHOWN_NAMES;
  const told =
    more > 0 ? [...names.slice(0, SHOWN_NAMES), t("change.more", { count: more })] : names;
  return new Intl.ListFormat(i18n.language).format(told);
}
