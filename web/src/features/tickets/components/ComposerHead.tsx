import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Ticket } from "@/api/types";
import { Avatar } from "@/ui/Avatar";
import { Button } from "@/ui/Button";
import type { Draft } from "../draft";
import { CcField } from "./CcField";
import type { ComposerMode } from "./Composer";
import classes from "./Composer.module.css";

type HeadProps = {
  ticket: Ticket;
  kind: ComposerMode;
  onKind: (kind: ComposerMode) => void;
  draft: Draft;
  change: (next: Partial<Draft>) => void;
};

/** Reply or note, and who will read it. */
export function ComposerHead({ ticket, kind, onKind, draft, change }: HeadProps) {
  const { t } = useTranslation();
  const [ccShown, setCcShown] = useState(draft.cc.length > 0);
  const { requester, can } = ticket;
  return (
    <header className={classes.head}>
      <div role="tablist" className={classes.tabs}>
        {can.reply && (
          <Button
            size="s"
            role="tab"
            aria-selected={kind === "reply"}
            className={classes.tab}
            onClick={() => onKind("reply")}
          >
            {t("composer.reply")}
          </Button>
        )}
        {can.note && (
          <Button
            size="s"
            role="tab"
            icon="lock"
            aria-selected={kind === "note"}
            className={classes.tab}
            onClick={() => onKind("note")}
          >
            {t("composer.note")}
          </Button>
        )}
      </div>
      {kind === "reply" ? (
        <span className={classes.to}>
          {t("composer.to")}
          <span className={classes.chip} title={requester.email ?? undefined}>
            <Avatar id={requester.id} name={requester.name} size="xs" />
            <bdi className="cut">{requester.name}</bdi>
          </span>
        </span>
      ) : (
        <span className={classes.staffOnly}>{t("composer.staffOnly")}</span>
      )}
      <span className="grow" />
      {kind === "reply" && !ccShown && (
        <Button size="s" onClick={() => setCcShown(true)}>
          {t("composer.cc")}
        </Button>
      )}
      {kind === "reply" && ccShown && (
        <CcField
          addresses={draft.cc}
          onChange={(cc) => change({ cc })}
          onClose={() => setCcShown(false)}
        />
      )}
    </header>
  );
}
