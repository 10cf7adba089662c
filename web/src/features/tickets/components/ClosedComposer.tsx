import "@/app/pageTexts";
import { useTranslation } from "react-i18next";
import type { Ticket } from "@/api/types";
import { IconButton } from "@/ui/Button";
import type { ComposerMode } from "../draft";
import { firstName } from "../recipients";
import classes from "./Composer.module.css";

/** The composer of a phone before it is tapped: one line at the bottom. */
export function ClosedComposer({
  ticket,
  onOpen,
}: {
  ticket: Ticket;
  onOpen: (mode: ComposerMode) => void;
}) {
  const { t } = useTranslation();
  return (
    <div className={classes.closed}>
      {ticket.can.note && (
        <IconButton
          icon="lock"
          iconSize={20}
          label={t("composer.writeNote")}
          onClick={() => onOpen("note")}
        />
      )}
      <button
        type="button"
        className={classes.closedField}
        onClick={() => onOpen(ticket.can.reply ? "reply" : "note")}
      >
        {t(`composer.placeholder.${ticket.can.reply ? "reply" : "note"}`, {
          name: firstName(ticket),
        })}
      </button>
    </div>
  );
}
