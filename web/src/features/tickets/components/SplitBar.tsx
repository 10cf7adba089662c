import "@/app/pageTexts";
import { lazy, Suspense, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Ticket } from "@/api/types";
import { useKeys } from "@/lib/keyboard";
import { Button } from "@/ui/Button";
import type { Selection } from "../messageSelection";
import classes from "./SplitBar.module.css";

const SplitDialog = lazy(() => import("./SplitDialog"));

/** While messages are chosen: how many there are, and what becomes of them. */
export function SplitBar({ ticket, selection }: { ticket: Ticket; selection: Selection }) {
  if (!selection.chosen) return null;
  return <OpenBar ticket={ticket} selection={selection} chosen={[...selection.chosen]} />;
}

type OpenBarProps = { ticket: Ticket; selection: Selection; chosen: number[] };

function OpenBar({ ticket, selection, chosen }: OpenBarProps) {
  const { t } = useTranslation();
  const [asking, setAsking] = useState(false);
  useKeys({ Escape: selection.end });
  // Keys choose from the newest message upwards.
  useEffect(() => {
    [...document.querySelectorAll<HTMLElement>("[data-choose-message] button")].at(-1)?.focus();
  }, []);
  return (
    <div className={`${classes.bar} screen-only`} role="toolbar" aria-label={t("split.command")}>
      <span className="grow" role="status">
        {chosen.length === 0 ? t("split.choose") : t("split.chosen", { count: chosen.length })}
      </span>
      <Button size="s" onClick={selection.end}>
        {t("split.end")}
      </Button>
      <Button
        size="s"
        look="gold"
        disabled={chosen.length === 0 || chosen.length >= ticket.message_count}
        onClick={() => setAsking(true)}
      >
        {t("split.next")}
      </Button>
      {asking && (
        <Suspense>
          <SplitDialog
            ticket={ticket}
            messageIds={chosen}
            onClose={() => setAsking(false)}
            onDone={selection.end}
          />
        </Suspense>
      )}
    </div>
  );
}
