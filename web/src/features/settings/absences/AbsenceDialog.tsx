import { useTranslation } from "react-i18next";
import { client, write } from "@/api/client";
import { useStaff } from "@/api/directory";
import { useMe } from "@/api/session";
import { EditDialog } from "@/ui/EditDialog";
import { SelectField, TextAreaField, TextField } from "@/ui/Form";
import { useRecord } from "@/ui/record";
import { settingsKeys } from "../api";
import { type Absence, absencesKey } from "./api";

type AbsenceDialogProps = {
  /** Without one an absence is entered. */
  absence?: Absence;
  /** One's own, whose person is not asked for. */
  own?: boolean;
  locked: boolean;
  onReload?: () => Promise<Absence | undefined>;
  onClose: () => void;
};

const NOBODY = "0";
const DAY_MS = 24 * 3600_000;
const ways = ["stay", "deputy", "team"] as const;

function nextMidnight(days: number): string {
  return new Date(new Date(Date.now() + days * DAY_MS).setHours(0, 0, 0, 0)).toISOString();
}

/** When somebody is out of office, who stands in and what becomes of the open tickets. */
export function AbsenceDialog({ absence, own, locked, onReload, onClose }: AbsenceDialogProps) {
  const { t } = useTranslation();
  const me = useMe().person;
  const staff = useStaff();
  const person = absence?.person;
  const nameOf = (id: number | null) =>
    staff.find((one) => one.id === id)?.name ?? t("ticket.nobody");
  const record = useRecord({
    stored: absence,
    fieldsOf: (stored?: Absence) => ({
      person_id: stored?.person.id ?? me.id,
      starts_at: stored?.starts_at ?? nextMidnight(1),
      ends_at: stored?.ends_at ?? nextMidnight(8),
      deputy_id: stored?.deputy?.id ?? null,
      open_tickets: stored?.open_tickets ?? "stay",
      note: stored?.note ?? "",
    }),
    words: {
      person_id: { label: t("absences.person"), say: nameOf },
      starts_at: { label: t("absences.from"), say: shownMoment },
      ends_at: { label: t("absences.to"), say: shownMoment },
      deputy_id: { label: t("absences.deputy"), say: nameOf },
      open_tickets: { label: t("absences.openTickets"), say: (way) => t(`absences.ways.${way}`) },
      note: t("absences.note"),
    },
    onReload,
    onClose,
    save: ({ person_id, ...fields }, { person_id: _fixed, ...changed }, version) =>
      absence
        ? write(
            client.PATCH("/api/v1/absences/{absence_id}", {
              params: { path: { absence_id: absence.id } },
              body: { ...changed, version },
            }),
          )
        : write(client.POST("/api/v1/absences", { body: { ...fields, person_id } })),
    said: () => t("absences.saved"),
    stale: [absencesKey, settingsKeys.people],
  });
  const { values } = record;
  const removal = absence && {
    label: t("absences.delete"),
    title: t("absences.deleteTitle", { name: absence.person.name }),
    onRemove: () => record.remove(() => removeAbsence(absence.id), t("absences.deleted")),
  };
  const moment = (field: "starts_at" | "ends_at", label: string) => (
    <TextField
      name={field}
      label={label}
      type="datetime-local"
      dir="ltr"
      value={localMoment(values[field])}
      onChange={({ currentTarget: { value } }) => {
        if (value) record.set({ [field]: new Date(value).toISOString() });
      }}
    />
  );
  const others = staff.filter((one) => one.id !== values.person_id);
  return (
    <EditDialog
      title={person && !own ? person.name : t("absences.title")}
      {...record.dialog}
      dirty={!absence || record.dialog.dirty}
      locked={locked}
      removal={removal}
    >
      {!absence && !own && (
        <SelectField
          name="person_id"
          label={t("absences.person")}
          value={String(values.person_id)}
          onChange={(event) => record.set({ person_id: Number(event.currentTarget.value) })}
          data={staff.map((one) => ({ value: String(one.id), label: one.name }))}
        />
      )}
      {moment("starts_at", t("absences.from"))}
      {moment("ends_at", t("absences.to"))}
      <SelectField
        name="deputy_id"
        label={t("absences.deputy")}
        description={t("absences.deputyHint")}
        value={String(values.deputy_id ?? NOBODY)}
        onChange={(event) => record.set({ deputy_id: Number(event.currentTarget.value) || null })}
        data={[
          { value: NOBODY, label: t("ticket.nobody") },
          ...others.map((one) => ({ value: String(one.id), label: one.name })),
        ]}
      />
      <SelectField
        name="open_tickets"
        label={t("absences.openTickets")}
        value={values.open_tickets}
        onChange={(event) =>
          record.set({ open_tickets: event.currentTarget.value as (typeof ways)[number] })
        }
        data={ways.map((way) => ({ value: way, label: t(`absences.ways.${way}`) }))}
      />
      <TextAreaField
        {...record.text("note")}
        label={t("absences.note")}
        description={t("absences.noteHint")}
        minRows={2}
        maxRows={4}
        dir="auto"
      />
    </EditDialog>
  );
}

const removeAbsence = (absence_id: number) =>
  write(client.DELETE("/api/v1/absences/{absence_id}", { params: { path: { absence_id } } }));

/** A moment in the browser's zone, as its input wants it. */
function localMoment(value: string): string {
  const at = new Date(value);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

const shownMoment = (value: string) => new Date(value).toLocaleString();
