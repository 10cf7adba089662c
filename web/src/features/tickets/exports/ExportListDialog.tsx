import { useQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { client, read } from "@/api/client";
import { asProblem } from "@/api/problem";
import { readersZone } from "@/lib/timeZone";
import { Button } from "@/ui/Button";
import { Dialog, DialogActions } from "@/ui/Dialog";
import { Segments } from "@/ui/Segments";
import { useListTitle } from "../components/listTitle";
import { parseTicketSearch, queryOf, type TicketSearch } from "../search";
import { shownSearch, useShownView } from "../views/shownView";
import { ColumnChoice } from "./ColumnChoice";
import classes from "./Export.module.css";
import { downloadFile, type ListFormat, listAddress } from "./exportAddress";

const KEPT_COLUMNS = "atum.export.columns";

/** Asks how the whole list is exported: as what, and with which columns. */
export function ExportListDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const asked = parseTicketSearch(useSearch({ strict: false }));
  // The file has the order that is shown, the view's or the reader's own among them.
  const search = shownSearch(asked, useShownView(asked));
  const [format, setFormat] = useState<ListFormat>("xlsx");
  const [chosen, setChosen] = useState<string[] | null>(keptColumns);
  const { data, error } = useQuery(previewQuery(search));
  const title = useListTitle(search);
  const known = data?.columns.map(({ key }) => key) ?? [];
  const usual = data?.columns.filter((one) => one.is_default).map(({ key }) => key) ?? [];
  const columns = chosen?.filter((key) => known.includes(key)) ?? usual;
  const count = data?.tickets ?? 0;
  const start = () => {
    if (chosen) localStorage.setItem(KEPT_COLUMNS, JSON.stringify(columns));
    downloadFile(listAddress(search, format, columns));
    onClose();
  };
  return (
    <Dialog opened onClose={onClose} title={t("export.list")}>
      <p className={classes.what} aria-live="polite">
        {error
          ? asProblem(error).message
          : data
            ? t(data.is_exact ? "export.count" : "export.countAtLeast", { count, title })
            : t("export.counting")}
      </p>
      <Segments
        label={t("export.format")}
        value={format}
        onChange={setFormat}
        options={[
          { value: "xlsx", label: t("export.xlsx") },
          { value: "csv", label: t("export.csv") },
        ]}
      />
      {format === "xlsx" && data && data.tickets > data.most_sheet_rows && (
        <p className={classes.what}>{t("export.sheetFull", { count: data.most_sheet_rows })}</p>
      )}
      <ColumnChoice columns={data?.columns ?? []} chosen={columns} onChange={setChosen} />
      <DialogActions>
        <Button size="l" onClick={onClose}>
          {t("dialog.cancel")}
        </Button>
        <Button
          size="l"
          look="gold"
          icon="file"
          disabled={!data || columns.length === 0}
          onClick={start}
          data-autofocus
        >
          {t("export.start")}
        </Button>
      </DialogActions>
    </Dialog>
  );
}

function previewQuery(search: TicketSearch) {
  const { sort: _, ...query } = { ...queryOf(search), zone: readersZone() };
  return {
    queryKey: ["export-preview", query] as const,
    queryFn: () => read(client.GET("/api/v1/exports/preview", { params: { query } })),
    gcTime: 0,
    retry: false,
  };
}

/** The columns that were chosen last; null for the usual ones. */
function keptColumns(): string[] | null {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEPT_COLUMNS) ?? "null");
    return Array.isArray(kept) ? kept.filter((one) => typeof one === "string") : null;
  } catch {
    return null;
  }
}
