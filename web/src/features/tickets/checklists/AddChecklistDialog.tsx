import "./texts";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useTemplates } from "@/api/checklistTemplates";
import { client, write } from "@/api/client";
import { useDeskDialogs } from "@/app/shell/dialogs";
import { Button } from "@/ui/Button";
import { Dialog, DialogActions } from "@/ui/Dialog";
import { SelectField, TextField } from "@/ui/Form";
import { useStep } from "./api";

/** Adds a checklist to the open ticket, of a template or with a name of its own. */
export default function AddChecklistDialog() {
  const { t } = useTranslation();
  const { ticket: number = 0, open } = useDeskDialogs();
  const templates = useTemplates();
  const [template, setTemplate] = useState("");
  const [typed, setTyped] = useState("");
  const step = useStep(number);
  const chosen = templates.find(({ id }) => String(id) === template);
  const name = typed.trim() || (chosen?.name ?? "");
  const add = () => {
    step.mutate({
      run: () =>
        write(
          client.POST("/api/v1/tickets/{number}/checklists", {
            params: { path: { number } },
            body: { name, template_id: chosen?.id ?? null, items: [] },
          }),
        ),
      said: t("checklist.added", { name }),
    });
    open(null);
  };
  return (
    <Dialog opened onClose={() => open(null)} title={t("checklist.add")} width={400}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (name) add();
        }}
      >
        {templates.length > 0 && (
          <SelectField
            name="template_id"
            label={t("checklist.template")}
            data={[
              { value: "", label: t("checklist.blank") },
              ...templates.map((one) => ({ value: String(one.id), label: one.name })),
            ]}
            value={template}
            onChange={(event) => setTemplate(event.currentTarget.value)}
          />
        )}
        <TextField
          name="name"
          label={t("checklist.name")}
          placeholder={chosen?.name}
          maxLength={100}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          data-autofocus
        />
        <DialogActions>
          <Button type="button" size="l" onClick={() => open(null)}>
            {t("dialog.cancel")}
          </Button>
          <Button type="submit" size="l" look="gold" disabled={!name}>
            {t("checklist.add")}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
