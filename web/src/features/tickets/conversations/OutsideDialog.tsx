import "./texts";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Attachment, MessageItem, Ticket } from "@/api/types";
import { Button } from "@/ui/Button";
import { CheckBox } from "@/ui/CheckBox";
import { Dialog, DialogActions } from "@/ui/Dialog";
import { TextAreaField, TextField } from "@/ui/Form";
import { AttachButton } from "../components/AttachButton";
import { ComposerFiles } from "../components/ComposerFiles";
import { MailMeter } from "../components/MailMeter";
import { Recipients } from "../components/Recipients";
import { useMailSize } from "../mailSize";
import { useManyRecipients } from "../manyRecipients";
import type { People } from "../recipients";
import { useUploads } from "../uploads";
import { useForward, useStartConversation } from "./api";
import classes from "./Conversations.module.css";
import type { Outside } from "./outside";

type OutsideDialogProps = { ticket: Ticket; outside: Outside; onClose: () => void };

const nobody: People = { to: [], cc: [], bcc: [] };

/** Writes to others about a ticket: forwards a message, or all that its requester sees, or starts a conversation. */
export default function OutsideDialog(props: OutsideDialogProps) {
  const { ticket, outside, onClose } = props;
  const { t } = useTranslation();
  const { name } = ticket.requester;
  const title =
    outside.kind === "side"
      ? t("conversation.begin")
      : outside.message
        ? t("outside.forwardOne", { name: outside.message.author.name })
        : t("outside.forwardAll", { number: String(ticket.number) });
  return (
    <Dialog opened onClose={onClose} title={title} width={640}>
      <p className={classes.hint}>{t("outside.internal", { name })}</p>
      <OutsideForm {...props} />
    </Dialog>
  );
}

function OutsideForm({ ticket, outside, onClose }: OutsideDialogProps) {
  const { t } = useTranslation();
  const [people, setPeople] = useState<People>(nobody);
  const [subject, setSubject] = useState("");
  const [text, setText] = useState("");
  const [files, setFiles] = useState<Attachment[]>([]);
  const carried = useCarried(ticket, outside);
  const { pending, uploading, add, remove } = useUploads(
    (file) => setFiles((held) => [...held, file]),
    files.length,
  );
  const attachments = [...files, ...carried.files];
  const mail = { text, html: null, attachments, macro: null };
  const size = useMailSize(ticket.number, mail, pending, true);
  const tooLarge = size?.state === "over";
  const { whenSure, dialog } = useManyRecipients();
  const { send, isPending } = useSend(ticket, outside, onClose);
  const isSide = outside.kind === "side";
  const ready =
    people.to.length > 0 && !uploading && !tooLarge && (!isSide || (subject && text).trim() !== "");
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        whenSure(people, (confirm_recipients) =>
          send({
            mail: {
              ...people,
              text,
              attachment_ids: files.map(({ id }) => id),
              confirm_recipients,
            },
            subject,
            carried: carried.chosen,
          }),
        );
      }}
    >
      <Recipients people={people} stopped={none} onChange={setPeople} />
      {isSide && (
        <TextField
          name="subject"
          label={t("outside.subject")}
          value={subject}
          maxLength={500}
          required
          dir="auto"
          onChange={(event) => setSubject(event.currentTarget.value)}
        />
      )}
      <TextAreaField
        name="text"
        label={t(isSide ? "outside.message" : "outside.text")}
        value={text}
        required={isSide}
        dir="auto"
        onChange={(event) => setText(event.currentTarget.value)}
      />
      {carried.field}
      <ComposerFiles
        attachments={files}
        pending={pending}
        onDetach={(id) => setFiles(files.filter((file) => file.id !== id))}
        onRemove={remove}
      />
      {size && <MailMeter size={size} />}
      {tooLarge && (
        <p className={classes.tooLarge} role="status">
          {t("mailSize.over")}
        </p>
      )}
      <DialogActions>
        <AttachButton onFiles={add} />
        <span className="grow" />
        <Button size="l" onClick={onClose}>
          {t("outside.cancel")}
        </Button>
        <Button size="l" look="gold" type="submit" busy={isPending} disabled={!ready}>
          {t(isSide ? "outside.send" : "outside.forward")}
        </Button>
      </DialogActions>
      {dialog}
    </form>
  );
}

const none: ReadonlySet<string> = new Set();

type Carried = { message: MessageItem | null; file_ids: number[] };

/** What of the ticket goes along: the files of one message as chosen; in a conversation nothing unless it is chosen. */
function useCarried(ticket: Ticket, outside: Outside) {
  const { t } = useTranslation();
  const last = ticket.thread.findLast(
    (item): item is MessageItem =>
      item.type === "message" && item.kind === "reply" && !item.from_staff,
  );
  const offered = outside.kind === "side" ? (last ?? null) : outside.message;
  const [included, setIncluded] = useState(outside.kind === "forward");
  const [left, setLeft] = useState<ReadonlySet<number>>(new Set());
  const message = included ? offered : null;
  const files = message?.attachments ?? [];
  const toggle = (id: number) => {
    const next = new Set(left);
    if (!next.delete(id)) next.add(id);
    setLeft(next);
  };
  const name = ticket.requester.name;
  const field = (
    <>
      {outside.kind === "side" && offered && (
        <Choice
          checked={included}
          label={t("outside.include", { name: offered.author.name })}
          onChange={() => setIncluded(!included)}
        />
      )}
      {outside.kind === "forward" && !outside.message && (
        <p className={classes.hint}>{t("outside.forwardAllHint", { name })}</p>
      )}
      {files.length > 0 && (
        <fieldset className={classes.files}>
          <legend>{t("outside.files")}</legend>
          {files.map((file) => (
            <Choice
              key={file.id}
              checked={!left.has(file.id)}
              label={file.filename}
              onChange={() => toggle(file.id)}
            />
          ))}
        </fieldset>
      )}
    </>
  );
  const kept = files.filter(({ id }) => !left.has(id));
  const file_ids = kept.map(({ id }) => id);
  return { field, files: kept, chosen: { message, file_ids } satisfies Carried };
}

type ChoiceProps = { checked: boolean; label: string; onChange: () => void };

function Choice({ checked, label, onChange }: ChoiceProps) {
  return (
    <p className={classes.choice}>
      <CheckBox checked={checked} onChange={onChange} label={label} />
      <bdi>{label}</bdi>
    </p>
  );
}

type Written = {
  mail: People & { text: string; attachment_ids: number[]; confirm_recipients: boolean };
  subject: string;
  carried: Carried;
};

function useSend(ticket: Ticket, outside: Outside, onDone: () => void) {
  const { t } = useTranslation();
  const forward = useForward(ticket.number, t("outside.forwardDone"), onDone);
  const start = useStartConversation(ticket.number, t("outside.sent"), onDone);
  const send = ({ mail, subject, carried: { message, file_ids } }: Written) => {
    if (outside.kind === "forward") {
      const one = { message_id: outside.message?.id ?? null };
      forward.mutate({ ...mail, ...one, file_ids: outside.message ? file_ids : null });
    } else {
      start.mutate({ ...mail, subject, message_ids: message ? [message.id] : [], file_ids });
    }
  };
  return { send, isPending: forward.isPending || start.isPending };
}
