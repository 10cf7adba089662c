import "./texts";
import { useTranslation } from "react-i18next";
import { Button } from "@/ui/Button";
import type { Growth } from "./parts";
import { type Gap, MOST_COUNTED } from "./segments";
import classes from "./Thread.module.css";

type ThreadGapProps = { gap: Gap; busy: boolean; onLoad: (gap: Gap, growth: Growth) => void };

/** Messages that are not loaded: how many, and the way to them from either side. */
export function ThreadGap({ gap, busy, onLoad }: ThreadGapProps) {
  const { t, i18n } = useTranslation();
  const count = gap.count;
  const isMany = count >= MOST_COUNTED - 1;
  const number = count.toLocaleString(i18n.language);
  return (
    <div className={`${classes.gap} printed`} data-gap={gap.after}>
      {gap.after > 0 && (
        <Button size="s" look="line" disabled={busy} onClick={() => onLoad(gap, "start")}>
          {t("longThread.next")}
        </Button>
      )}
      <span className={classes.gapCount}>
        {isMany
          ? t("longThread.manyEarlier", { number })
          : t("longThread.earlier", { count, number })}
      </span>
      <Button size="s" look="line" disabled={busy} onClick={() => onLoad(gap, "end")}>
        {t("longThread.previous")}
      </Button>
    </div>
  );
}
