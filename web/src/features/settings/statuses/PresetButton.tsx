import { useState } from "react";
import { useTranslation } from "react-i18next";
import { client, write } from "@/api/client";
import { directoryKeys } from "@/api/directory";
import { asProblem } from "@/api/problem";
import { toast } from "@/lib/toast";
import { Button } from "@/ui/Button";
import { ConfirmDialog } from "@/ui/Dialog";
import { useSaved } from "@/ui/saved";

/** Takes over the workflow of managed intake after a question, as one change with an undo. */
export function PresetButton() {
  const { t } = useTranslation();
  const [asked, setAsked] = useState(false);
  const [busy, setBusy] = useState(false);
  const saved = useSaved();
  const apply = async () => {
    setBusy(true);
    try {
      const written = await write(
        client.POST("/api/v1/statuses/preset", { body: { preset: "managed_intake" } }),
      );
      saved(written, t("statuses.preset.done"), [directoryKeys.statuses]);
      setAsked(false);
    } catch (error) {
      toast.show({ message: asProblem(error).message, tone: "bad" });
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <Button look="line" icon="rows" onClick={() => setAsked(true)}>
        {t("statuses.preset.take")}
      </Button>
      <ConfirmDialog
        opened={asked}
        onClose={() => setAsked(false)}
        title={t("statuses.preset.take")}
        what={t("statuses.preset.what")}
        confirmLabel={t("statuses.preset.confirm")}
        busy={busy}
        onConfirm={() => void apply()}
      />
    </>
  );
}
