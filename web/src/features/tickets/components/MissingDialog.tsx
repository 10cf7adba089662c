import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { MissingValues } from "@/api/types";
import { Button } from "@/ui/Button";
import { Dialog, DialogActions } from "@/ui/Dialog";
import { Form } from "@/ui/Form";
import { givenOf, MissingFields } from "@/ui/MissingFields";
import type { useAskedMissing } from "../missingAsked";
import "../missingTexts";

type MissingDialogProps = { asked: NonNullable<ReturnType<typeof useAskedMissing>> };

/** Asks for what tickets lack for a change before it is made. */
export default function MissingDialog({ asked }: MissingDialogProps) {
  const { t } = useTranslation();
  const { missing } = asked;
  const [value, setValue] = useState<MissingValues>({});
  const counted = Math.max(missing.resolution, ...missing.fields.map(({ count }) => count)) > 1;
  return (
    <Dialog opened onClose={asked.leave} title={t("missing.title")} width={440}>
      <Form onSubmit={() => asked.answer(givenOf(missing, value))} label={t("missing.title")}>
        {(busy) => (
          <>
            <p>{t(counted ? "missing.hint" : "missing.hintOne")}</p>
            <MissingFields missing={missing} value={value} onChange={setValue} counted={counted} />
            <DialogActions>
              <Button type="button" size="l" onClick={asked.leave}>
                {t("dialog.cancel")}
              </Button>
              <Button type="submit" size="l" look="gold" busy={busy}>
                {t("missing.go")}
              </Button>
            </DialogActions>
          </>
        )}
      </Form>
    </Dialog>
  );
}
