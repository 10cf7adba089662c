import type { CSSProperties } from "react";
import { useTranslation } from "react-i18next";
import { toast, useToast } from "@/lib/toast";
import { Button, IconButton } from "./Button";
import { Icon } from "./Icon";
import { Kbd } from "./Kbd";
import classes from "./ToastSlot.module.css";

/** The place where the toast appears; it takes room of its own and covers nothing. */
export function ToastSlot({ className = "" }: { className?: string }) {
  const { t } = useTranslation();
  const shown = useToast();
  return (
    <div className={`${classes.slot} ${className}`} role="status" aria-live="polite">
      {shown && (
        <div className={classes.toast} key={shown.id}>
          {shown.tone === "bad" ? (
            <Icon name="warn" className={classes.bad} />
          ) : (
            <Ring durationMs={shown.durationMs} />
          )}
          <span className={classes.message}>{shown.message}</span>
          {shown.action && (
            <Button
              className={classes.action}
              onClick={() => {
                toast.dismiss(shown.id);
                shown.action?.run();
              }}
            >
              {shown.action.label}
            </Button>
          )}
          {shown.action?.shortcut && <Kbd>{shown.action.shortcut}</Kbd>}
          {!shown.action && (
            <IconButton
              icon="x"
              label={t("dialog.close")}
              onClick={() => toast.dismiss(shown.id)}
            />
          )}
        </div>
      )}
    </div>
  );
}

function Ring({ durationMs }: { durationMs: number }) {
  const style = { "--stay": `${durationMs}ms` } as CSSProperties;
  return (
    <svg className={classes.ring} viewBox="0 0 20 20" aria-hidden="true" style={style}>
      <circle cx="10" cy="10" r="8" fill="none" stroke="var(--line-2)" strokeWidth="2" />
      <circle
        className={classes.left}
        cx="10"
        cy="10"
        r="8"
        fill="none"
        stroke="var(--gold-mark)"
        strokeWidth="2"
        strokeLinecap="round"
        pathLength="100"
        transform="rotate(-90 10 10)"
      />
    </svg>
  );
}
