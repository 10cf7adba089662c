import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/ui/Button";
import { Dialog, DialogActions } from "@/ui/Dialog";
import { ColumnChoice } from "@/ui/ticketColumns/ColumnChoice";
import "../columnTexts";
import { useTicketColumns } from "../ticketColumns";

/** Which columns the tickets of contacts and organizations show, and in which order. */
export default function ColumnsDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const [kept, keep] = useTicketColumns();
  const [columns, setColumns] = useState<readonly string[]>(kept);
  const save = () => {
    keep(columns);
    onClose();
  };
  return (
    <Dialog opened onClose={onClose} title={t("contactPage.columns")} width={440}>
      <ColumnChoice columns={columns} onChange={setColumns} hint={t("contactPage.columnsHint")} />
      <DialogActions>
        <Button size="l" onClick={onClose}>
          {t("dialog.cancel")}
        </Button>
        <Button size="l" look="gold" onClick={save}>
          {t("viewEditor.save")}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
