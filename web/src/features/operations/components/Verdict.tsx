import { useTranslation } from "react-i18next";
import { useLocked } from "@/app/settings/SettingsPage";
import { copyText } from "@/lib/clipboard";
import { useNow } from "@/lib/clock";
import { toast } from "@/lib/toast";
import { Button } from "@/ui/Button";
import { Icon, type IconName } from "@/ui/Icon";
import { isUnderWay, OPERATIONS_MANAGE, type Operations, useOperationActions } from "../api";
import { isHere, spanText, worstOf } from "../findings";
import classes from "./Verdict.module.css";

const drawing: Record<Operations["verdict"], IconName> = {
  healthy: "check",
  degraded: "warn",
  roll_back: "undo",
  unknown: "pulse",
};

/** The whole in one sentence, and what can be done about it. */
export function Verdict({ operations }: { operations: Operations }) {
  const { t } = useTranslation();
  const { ask } = useOperationActions();
  const locked = useLocked(OPERATIONS_MANAGE);
  const { verdict } = operations;
  const worst = worstOf(operations, t);
  const measuring = operations.requests.some((one) => one.verb === "doctor" && isUnderWay(one));
  const copy = async () => {
    await copyText(JSON.stringify(operations, null, 2));
    toast.show({ message: t("operations.copied") });
  };
  return (
    <header className={classes.verdict} data-verdict={verdict}>
      <span className={classes.seal}>
        <Icon name={drawing[verdict]} size={20} />
      </span>
      <div className={classes.words} role="status">
        <h2>
          {t(`operations.verdict.${verdict}`)}
          {worst && verdict !== "healthy" && `: ${worst}`}
        </h2>
        <p>
          <Counted operations={operations} /> {t(`operations.next.${verdict}`)}{" "}
          <Measured at={operations.measured_at} />
        </p>
      </div>
      <div className={classes.actions}>
        <Button look="line" icon="copy" onClick={() => void copy()}>
          {t("operations.copy")}
        </Button>
        <Button
          look="line"
          disabled={locked}
          busy={measuring || ask.isPending}
          onClick={() => ask.mutate("doctor")}
        >
          {measuring ? t("operations.measuring") : t("operations.measure")}
        </Button>
      </div>
    </header>
  );
}

function Counted({ operations: { findings } }: { operations: Operations }) {
  const { t } = useTranslation();
  if (!findings.some(isHere)) return null;
  const healthy = findings.filter(({ state }) => state === "ok").length;
  return t("operations.counted", {
    healthy: String(healthy),
    count: findings.filter(isHere).length,
  });
}

function Measured({ at }: { at: string | null }) {
  const { t } = useTranslation();
  const now = Math.max(useNow(), Date.now());
  if (!at) return null;
  const seconds = Math.max(0, (now - Date.parse(at)) / 1000);
  return t("operations.measuredAgo", { span: spanText(seconds, t) });
}
