import { useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { client, write } from "@/api/client";
import { RedactNote } from "@/app/redaction/RedactNote";
import { needed } from "@/ui/checks";
import { EditDialog } from "@/ui/EditDialog";
import { TextField } from "@/ui/Form";
import { useRecord } from "@/ui/record";
import { type Checklist, checklistsQuery, staleOf } from "./api";

type ChecklistDialogProps = { number: number; checklist: Checklist; onClose: () => void };

const fieldsOf = (checklist?: Checklist) => ({ name: checklist?.name ?? "" });

/** The name of a checklist, and its removal. */
export function ChecklistDialog({ number, checklist, onClose }: ChecklistDialogProps) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const path = { number, checklist_id: checklist.id };
  const record = useRecord({
    stored: checklist,
    fieldsOf,
    words: { name: t("checklist.name") },
    onReload: async () => {
      const all = await queryClient.fetchQuery({ ...checklistsQuery(number), staleTime: 0 });
      return all.items.find(({ id }) => id === checklist.id);
    },
    onClose,
    check: ({ name }) => needed("name", name, t),
    save: ({ name }, _changed, version) =>
      write(
        client.PATCH("/api/v1/tickets/{number}/checklists/{checklist_id}", {
          params: { path },
          body: { name, version },
        }),
      ),
    said: ({ name }) => t("checklist.renamed", { name }),
    stale: staleOf(number),
  });
  return (
    <EditDialog
      title={checklist.name}
      {...record.dialog}
      locked={false}
      extra={
        <RedactNote kind="checklist" id={checklist.id} old={staleOf(number)} onDone={onClose} />
      }
      removal={{
        label: t("checklist.remove"),
        title: t("checklist.removeTitle", { name: checklist.name }),
        onRemove: () =>
          record.remove(
            () =>
              write(
                client.DELETE("/api/v1/tickets/{number}/checklists/{checklist_id}", {
                  params: { path },
                }),
              ),
            t("checklist.removed", { name: checklist.name }),
          ),
      }}
    >
      <TextField
        {...record.text("name")}
        label={t("checklist.name")}
        maxLength={100}
        data-autofocus
      />
    </EditDialog>
  );
}
