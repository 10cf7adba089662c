import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { client, write } from "@/api/client";
import { asProblem } from "@/api/problem";
import { toast } from "@/lib/toast";
import { IconButton } from "@/ui/Button";
import { useSaved } from "@/ui/saved";
import { type Calendar, calendarsKey } from "./api";

/** Takes the whole days of a calendar file over as holidays, with an undo. */
export function ImportButton({ calendar }: { calendar: Calendar }) {
  const { t } = useTranslation();
  const saved = useSaved();
  const input = useRef<HTMLInputElement>(null);
  const [busy, setBusy] = useState(false);
  const label = t("calendars.import", { name: calendar.name });
  const take = async (file: File) => {
    setBusy(true);
    try {
      const written = await write(importFile(calendar, file));
      const count = written.data.imported_days?.length ?? 0;
      saved(written, t("calendars.importDone", { count, name: calendar.name }), [calendarsKey]);
    } catch (error) {
      toast.show({ message: asProblem(error).message });
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <input
        ref={input}
        type="file"
        accept=".ics,text/calendar"
        hidden
        aria-label={label}
        onChange={(event) => {
          const [file] = event.currentTarget.files ?? [];
          event.currentTarget.value = "";
          if (file) void take(file);
        }}
      />
      <IconButton
        icon="download"
        label={label}
        disabled={busy}
        onClick={() => input.current?.click()}
      />
    </>
  );
}

function importFile({ id, version }: Calendar, file: File) {
  const form = new FormData();
  form.append("file", file, file.name);
  return client.POST("/api/v1/calendars/{calendar_id}/import", {
    params: { path: { calendar_id: id }, header: { "If-Match": `"${version}"` } },
    body: { file: file.name },
    bodySerializer: () => form,
  });
}
