import { useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { client, write } from "@/api/client";
import { useStaff } from "@/api/directory";
import { RedactNote } from "@/app/redaction/RedactNote";
import { needed } from "@/ui/checks";
import { EditDialog } from "@/ui/EditDialog";
import { SelectField, SwitchField, TextField } from "@/ui/Form";
import { useRecord } from "@/ui/record";
import { localInput, momentOf } from "../time/localInput";
import { type ChecklistItem, changeItem, checklistsQuery, staleOf } from "./api";

type ItemDialogProps = {
  number: number;
  checklistId: number;
  item: ChecklistItem;
  onClose: () => void;
};

const fieldsOf = (item?: ChecklistItem) => ({
  text: item?.text ?? "",
  person_id: String(item?.person?.id ?? ""),
  due_at: item?.due_at ? localInput(new Date(item.due_at)) : "",
  required: item?.required ?? false,
});
type Fields = ReturnType<typeof fieldsOf>;

function bodyOf({ person_id, due_at, ...rest }: Partial<Fields>) {
  return {
    ...rest,
    ...(person_id === undefined ? {} : { person_id: person_id ? Number(person_id) : null }),
    ...(due_at === undefined ? {} : { due_at: momentOf(due_at) ?? null }),
  };
}

/** An item: what is to be done, by whom, until when, and whether resolving waits for it. */
export function ItemDialog({ number, checklistId, item, onClose }: ItemDialogProps) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const staff = useStaff();
  const at = { number, checklist_id: checklistId, item_id: item.id };
  const record = useRecord({
    stored: item,
    fieldsOf,
    words: {
      text: t("checklist.item.text"),
      person_id: {
        label: t("checklist.item.person"),
        say: (id) => staff.find((one) => String(one.id) === id)?.name ?? id,
      },
      due_at: t("checklist.item.due"),
      required: t("checklist.required"),
    },
    onReload: async () => {
      const all = await queryClient.fetchQuery({ ...checklistsQuery(number), staleTime: 0 });
      return all.items.flatMap((one) => one.items).find(({ id }) => id === item.id);
    },
    onClose,
    check: ({ text }) => needed("text", text, t),
    save: (_values, changed, version) => changeItem(at, { ...bodyOf(changed), version }),
    said: ({ text }) => t("checklist.item.saved", { text }),
    stale: staleOf(number),
  });
  const people = staff.some(({ id }) => id === item.person?.id)
    ? staff
    : [...staff, ...(item.person ? [item.person] : [])];
  return (
    <EditDialog
      title={t("checklist.item.edit")}
      {...record.dialog}
      locked={false}
      extra={
        <RedactNote kind="checklist_item" id={item.id} old={staleOf(number)} onDone={onClose} />
      }
      removal={{
        label: t("checklist.item.remove"),
        title: t("checklist.item.removeTitle"),
        onRemove: () =>
          record.remove(
            () =>
              write(
                client.DELETE(
                  "/api/v1/tickets/{number}/checklists/{checklist_id}/items/{item_id}",
                  {
                    params: { path: at },
                  },
                ),
              ),
            t("checklist.item.removed", { text: item.text }),
          ),
      }}
    >
      <TextField
        {...record.text("text")}
        label={t("checklist.item.text")}
        maxLength={500}
        data-autofocus
      />
      <SelectField
        {...record.text("person_id")}
        label={t("checklist.item.person")}
        data={[
          { value: "", label: t("checklist.item.nobody") },
          ...people.map(({ id, name }) => ({ value: String(id), label: name })),
        ]}
      />
      <TextField
        {...record.text("due_at")}
        type="datetime-local"
        label={t("checklist.item.due")}
        description={Intl.DateTimeFormat().resolvedOptions().timeZone}
      />
      <SwitchField {...record.toggle("required")} label={t("checklist.required")} />
    </EditDialog>
  );
}
