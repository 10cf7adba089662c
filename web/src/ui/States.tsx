import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { asProblem, isPassing } from "@/api/problem";
import { copyText } from "@/lib/clipboard";
import { toast } from "@/lib/toast";
import { Button } from "./Button";
import { Icon, type IconName } from "./Icon";
import classes from "./States.module.css";

type EmptyStateProps = {
  icon: IconName;
  title: string;
  /** What this place is for. */
  hint?: string;
  /** The one next step. */
  action?: ReactNode;
  /** `h1` where nothing else on the page has a name. */
  heading?: "h1" | "h2";
};

/** Nothing here: what it is, and the one next step. */
export function EmptyState({ icon, title, hint, action, heading }: EmptyStateProps) {
  const Heading = heading ?? "h2";
  return (
    <div className={classes.state}>
      <span className={classes.seal}>
        <Icon name={icon} size={20} />
      </span>
      <Heading className={classes.title}>{title}</Heading>
      {hint && <p className={classes.hint}>{hint}</p>}
      {action}
    </div>
  );
}

/** What went wrong, with another try and the details to hand on. */
export function ErrorState({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const { t } = useTranslation();
  const { problem } = asProblem(error);
  const details = { ...problem, address: location.pathname, at: new Date().toISOString() };
  const copy = async () => {
    await copyText(JSON.stringify(details, null, 2));
    toast.show({ message: t("state.copied") });
  };
  return (
    <div className={classes.state} role="alert">
      <span className={`${classes.seal} ${classes.bad}`}>
        <Icon name={problem.code === "offline" ? "offline" : "warn"} size={20} />
      </span>
      <h2 className={classes.title}>
        {problem.code === "offline" ? t("state.unreachable") : t("state.failed")}
      </h2>
      <p className={classes.hint}>
        {problem.detail} {onRetry && isPassing(error) && t("state.autoRetry")}
      </p>
      <div className={classes.actions}>
        {onRetry && (
          <Button look="line" icon="retry" onClick={onRetry}>
            {t("state.tryAgain")}
          </Button>
        )}
        <Button icon="copy" onClick={copy}>
          {t("state.copyDetails")}
        </Button>
      </div>
    </div>
  );
}

/** Grey bars in the shape of what is coming: `rows` lines of `height` px. */
export function Skeleton({ rows = 6, height = 32 }: { rows?: number; height?: number }) {
  const { t } = useTranslation();
  return (
    <div className={classes.skeleton} role="status" aria-label={t("state.loading")}>
      {Array.from({ length: rows }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the bars are all alike and never move
        <div key={index} className={classes.bone} style={{ height }}>
          <span style={{ width: `${62 - ((index * 17) % 34)}%` }} />
        </div>
      ))}
    </div>
  );
}
