import "@/app/pageTexts";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ownProblem } from "@/api/problem";
import { useMe } from "@/api/session";
import { useDeskDialogs } from "@/app/shell/dialogs";
import { Button } from "@/ui/Button";
import { Dialog, DialogActions } from "@/ui/Dialog";
import { Form, TextAreaField, TextField } from "@/ui/Form";
import { Icon } from "@/ui/Icon";
import { Segments } from "@/ui/Segments";
import { useManyRecipients } from "../manyRecipients";
import {
  emptyTicket,
  type FirstMessage,
  keepTakenBack,
  type NewTicket,
  type NewTicketProps,
  peopleOf,
  takeTakenBack,
} from "../newTicket";
import { useOpenTicket } from "../openTicket";
import { isAddress } from "../recipients";
import type { StartedTicket } from "../ticketByAddress";
import { useUploads } from "../uploads";
import { ComposerFiles } from "./ComposerFiles";
import classes from "./NewTicketDialog.module.css";
import { NewTicketFacts } from "./NewTicketFacts";
import { NewTicketFields } from "./NewTicketFields";
import { FormChoice, FormFields } from "./NewTicketForm";
import { NewTicketPeople } from "./NewTicketPeople";
import { RequesterField } from "./RequesterField";

type NewTicketDialogProps = {
  /** What an address filled in. */
  start?: StartedTicket;
  onClose: () => void;
};

/** Opens a ticket: with a mail to the requester, with a note, or with what the requester said. */
export function NewTicketDialog({ start, onClose }: NewTicketDialogProps) {
  const { t } = useTranslation();
  const mayReply = useMe().permissions.includes("ticket:reply");
  const [ticket, setTicket] = useState(
    () => start?.ticket ?? takeTakenBack() ?? emptyTicket(mayReply ? "send" : "note"),
  );
  const change = (next: Partial<NewTicket>) => setTicket((held) => ({ ...held, ...next }));
  const uploads = useUploads(
    (file) => setTicket((held) => ({ ...held, files: [...held.files, file] })),
    ticket.files.length,
  );
  const { submit, many } = useSubmit(ticket, onClose);
  const unsendable = useUnsendable(ticket);
  return (
    <Dialog opened onClose={onClose} title={t("newTicket.title")} width={640}>
      <Form onSubmit={submit} label={t("newTicket.title")}>
        {(busy) => (
          <>
            {start && start.leftOut.length > 0 && (
              <p className={classes.leftOut} role="status">
                <Icon name="warn" />
                <span>
                  {t("newTicket.leftOut")} <bdi dir="ltr">{start.leftOut.join(", ")}</bdi>
                </span>
              </p>
            )}
            <FirstField ticket={ticket} change={change} mayReply={mayReply} onLeave={onClose} />
            <FormChoice ticket={ticket} change={change} />
            <Person ticket={ticket} change={change} />
            {ticket.form ? (
              <FormFields ticket={ticket} change={change} form={ticket.form} />
            ) : (
              <>
                <Words ticket={ticket} change={change} />
                <NewTicketFields ticket={ticket} change={change} />
              </>
            )}
            <ComposerFiles
              attachments={ticket.files}
              pending={uploads.pending}
              onDetach={(id) => change({ files: ticket.files.filter((file) => file.id !== id) })}
              onRemove={uploads.remove}
            />
            <NewTicketFacts ticket={ticket} change={change} onFiles={uploads.add} />
            {unsendable && (
              <p className={classes.unsendable} role="alert">
                <Icon name="warn" />
                {unsendable}
              </p>
            )}
            <DialogActions>
              <Button size="l" onClick={onClose}>
                {t("dialog.cancel")}
              </Button>
              <Button
                type="submit"
                look="gold"
                size="l"
                disabled={unsendable !== null}
                busy={busy || uploads.uploading}
              >
                {t(`newTicket.submit.${ticket.first}`)}
              </Button>
            </DialogActions>
          </>
        )}
      </Form>
      {many}
    </Dialog>
  );
}

/** Sends the form; what is taken back in time stands in the dialog again. */
function useSubmit(ticket: NewTicket, onClose: () => void) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const dialogs = useDeskDialogs();
  const open = useOpenTicket();
  const many = useManyRecipients();
  const onUndone = () => {
    if (ticket.first !== "send") return;
    keepTakenBack(ticket);
    void navigate({ to: "/desk/tickets", search: {} });
    dialogs.open("new-ticket");
  };
  const submit = async () => {
    if (!ticket.requester) throw ownProblem(t("newTicket.needsRequester"));
    const people = peopleOf(ticket);
    const asked = ticket.first === "send" ? people : { to: [], cc: [], bcc: [] };
    const confirmed = await new Promise<boolean>((resolve) => many.whenSure(asked, resolve));
    const { data } = await open.mutateAsync({ ticket, confirmed, onUndone });
    onClose();
    await navigate({ to: "/desk/tickets/$number", params: { number: data.number }, search: {} });
  };
  return { submit, many: many.dialog };
}

/** Why the mail cannot leave as it is addressed, null when it can. */
function useUnsendable({ first, requester, cc, bcc }: NewTicket): string | null {
  const { t } = useTranslation();
  if (first !== "send" || !requester) return null;
  if (requester.id !== undefined && !requester.email) {
    return t("newTicket.noAddress", { name: requester.name });
  }
  const isWrong = [...cc, ...bcc].some((one) => !isAddress(one.address));
  return isWrong ? t("recipients.invalid") : null;
}

function Person({ ticket, change }: NewTicketProps) {
  const { t } = useTranslation();
  const { requester, first } = ticket;
  return (
    <>
      <RequesterField requester={requester} onPick={(next) => change({ requester: next })} />
      {requester && requester.id === undefined && (
        <TextField
          name="name"
          label={t("newTicket.name")}
          value={ticket.name}
          required
          withAsterisk={false}
          onChange={(event) => change({ name: event.currentTarget.value })}
        />
      )}
      {first === "send" && <NewTicketPeople ticket={ticket} change={change} />}
    </>
  );
}

function Words({ ticket, change }: NewTicketProps) {
  const { t } = useTranslation();
  const { first } = ticket;
  return (
    <>
      <TextField
        name="subject"
        label={t("newTicket.subject")}
        value={ticket.subject}
        maxLength={500}
        required
        withAsterisk={false}
        onChange={(event) => change({ subject: event.currentTarget.value })}
      />
      <TextAreaField
        name="text"
        label={t(`newTicket.text.${first}`)}
        value={ticket.text}
        minRows={6}
        maxRows={14}
        required
        withAsterisk={false}
        onChange={(event) => change({ text: event.currentTarget.value })}
      />
    </>
  );
}

type FirstFieldProps = NewTicketProps & { mayReply: boolean; onLeave: () => void };

function FirstField({ ticket, change, mayReply, onLeave }: FirstFieldProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const kinds: FirstMessage[] = mayReply ? ["send", "note", "requester"] : ["note", "requester"];
  return (
    <div className={classes.kind}>
      <Segments
        label={t("newTicket.first")}
        value={ticket.first}
        onChange={(first) => change({ first })}
        options={kinds.map((value) => ({ value, label: t(`newTicket.kind.${value}`) }))}
      />
      {ticket.first === "send" && (
        <Button
          look="line"
          onClick={() => {
            onLeave();
            void navigate({ to: "/desk/settings/bulk/outbound" });
          }}
        >
          {t("newTicket.toMany")}
        </Button>
      )}
      <p className={classes.hint}>{t(`newTicket.hint.${ticket.first}`)}</p>
    </div>
  );
}
