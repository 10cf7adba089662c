import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { client, write } from "@/api/client";
import type { Mailbox } from "@/api/mailboxes";
import { EditDialog } from "@/ui/EditDialog";
import { SelectField, SwitchField, TextField } from "@/ui/Form";
import { useRecord } from "@/ui/record";
import { calendarsQuery } from "../calendars/api";
import classes from "./AutomaticReplies.module.css";
import { type AutomaticReply, automaticRepliesKey } from "./api";
import { type Draft, fieldsOf, MOMENTS, rulesOf } from "./draft";
import { ReplyPreview } from "./ReplyPreview";
import { TextFields } from "./TextFields";

type AutomaticReplyDialogProps = {
  mailbox: Pick<Mailbox, "id" | "name">;
  /** Without it the mailbox sends the built-in confirmation. */
  reply?: AutomaticReply;
  locked: boolean;
  onReload: () => Promise<AutomaticReply | undefined>;
  onClose: () => void;
};

/** What a mailbox answers to new requests by itself. */
export function AutomaticReplyDialog(props: AutomaticReplyDialogProps) {
  const { mailbox, reply, locked, onReload, onClose } = props;
  const { t } = useTranslation();
  const { name } = mailbox;
  const record = useRecord({
    stored: reply,
    fieldsOf,
    words: useWords(),
    onReload,
    onClose,
    save: (values, _, version) => put(mailbox.id, values, version),
    said: () => t("automaticReplies.saved", { name }),
    stale: [automaticRepliesKey],
  });
  const { values, set } = record;
  const removal = reply && {
    label: t("automaticReplies.reset"),
    title: t("automaticReplies.resetTitle", { name }),
    onRemove: () =>
      record.remove(() => reset(mailbox.id), t("automaticReplies.resetDone", { name })),
  };
  return (
    <EditDialog title={name} {...record.dialog} locked={locked} removal={removal}>
      <SwitchField
        {...record.toggle("active")}
        label={t("automaticReplies.active")}
        description={t("automaticReplies.activeHint")}
      />
      <Calendars value={values.calendar_id} onChange={(calendar_id) => set({ calendar_id })} />
      <p className={classes.hint}>{t("automaticReplies.variables", { open: "{{", close: "}}" })}</p>
      <TextFields texts={values.texts} onChange={(texts) => set({ texts })} />
      {MOMENTS.map((moment) => (
        <TextField
          key={moment}
          type="datetime-local"
          {...record.text(moment)}
          label={t(`automaticReplies.${moment}`)}
        />
      ))}
      <TextField
        {...record.text("pause_minutes")}
        type="number"
        min={0}
        max={43_200}
        label={t("automaticReplies.pause")}
        description={t("automaticReplies.pauseHint")}
      />
      {!locked && <ReplyPreview draft={values} />}
    </EditDialog>
  );
}

function Calendars({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const { t } = useTranslation();
  const calendars = useQuery(calendarsQuery).data ?? [];
  return (
    <SelectField
      name="calendar_id"
      label={t("automaticReplies.calendar")}
      description={t("automaticReplies.calendarHint")}
      value={value}
      data={[
        { value: "", label: t("settings.none") },
        ...calendars.map(({ id, name }) => ({ value: String(id), label: name })),
      ]}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}

function useWords() {
  const { t } = useTranslation();
  return {
    active: t("automaticReplies.active"),
    calendar_id: t("automaticReplies.calendar"),
    texts: {
      label: t("automaticReplies.texts"),
      say: (texts: Draft["texts"]) => texts.map(({ language }) => language).join(", "),
    },
    absent_from_at: t("automaticReplies.absent_from_at"),
    absent_until_at: t("automaticReplies.absent_until_at"),
    banner_from_at: t("automaticReplies.banner_from_at"),
    banner_until_at: t("automaticReplies.banner_until_at"),
    pause_minutes: t("automaticReplies.pause"),
  };
}

const pathOf = (mailbox_id: number) => ({ path: { mailbox_id } });

function put(mailbox_id: number, draft: Draft, version = 0) {
  return write(
    client.PUT("/api/v1/mailboxes/{mailbox_id}/automatic-reply", {
      params: pathOf(mailbox_id),
      body: { ...rulesOf(draft), version },
    }),
  );
}

const reset = (mailbox_id: number) =>
  write(
    client.DELETE("/api/v1/mailboxes/{mailbox_id}/automatic-reply", {
      params: pathOf(mailbox_id),
    }),
  );
