import { useLocation } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/ui/Button";
import { Dialog, DialogActions } from "@/ui/Dialog";
import { SwitchField } from "@/ui/Form";
import { Segments } from "@/ui/Segments";
import classes from "./Export.module.css";
import { downloadFile, printPage, ticketAddress } from "./exportAddress";

type TicketFormat = "print" | "bundle";

/** Asks how the open ticket is exported: to print or as an archive, with or without notes and pictures. */
export function ExportTicketDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  // The shell shows the dialog, and knows of the open ticket by its address alone.
  const number = useLocation({ select: ({ pathname }) => ticketIn(pathname) });
  const [format, setFormat] = useState<TicketFormat>("print");
  const [notes, setNotes] = useState(false);
  const [images, setImages] = useState(true);
  if (number === undefined) return null;
  const start = () => {
    if (format === "print") printPage(ticketAddress(number, "print", { notes, images }));
    else downloadFile(ticketAddress(number, "bundle", { notes }));
    onClose();
  };
  return (
    <Dialog
      opened
      onClose={onClose}
      title={t("export.ticket", { number: String(number) })}
      width={460}
    >
      <Segments
        label={t("export.format")}
        value={format}
        onChange={setFormat}
        options={[
          { value: "print", label: t("export.print") },
          { value: "bundle", label: t("export.bundle") },
        ]}
      />
      <p className={classes.what}>{t(`export.hint.${format}`)}</p>
      <SwitchField
        name="notes"
        label={t("export.notes")}
        checked={notes}
        onChange={({ currentTarget }) => setNotes(currentTarget.checked)}
      />
      {format === "print" && (
        <SwitchField
          name="images"
          label={t("export.images")}
          checked={images}
          onChange={({ currentTarget }) => setImages(currentTarget.checked)}
        />
      )}
      <DialogActions>
        <Button size="l" onClick={onClose}>
          {t("dialog.cancel")}
        </Button>
        <Button size="l" look="gold" icon="file" onClick={start} data-autofocus>
          {t(format === "print" ? "command.print" : "export.start")}
        </Button>
      </DialogActions>
    </Dialog>
  );
}

function ticketIn(path: string): number | undefined {
  const found = /\/tickets\/(\d+)/.exec(path);
  return found ? Number(found[1]) : undefined;
}
