import "../linkTexts";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { components } from "@/api/generated/schema";
import type { Ticket } from "@/api/types";
import { Button } from "@/ui/Button";
import { CheckBox } from "@/ui/CheckBox";
import { Dialog, DialogActions } from "@/ui/Dialog";
import { SelectField, TextField } from "@/ui/Form";
import { ErrorState, Skeleton } from "@/ui/States";
import { splitProposalQuery, useSplit } from "../splits";
import classes from "./MergeDialog.module.css";

type SplitDialogProps = {
  ticket: Ticket;
  messageIds: number[];
  onClose: () => void;
  onDone: () => void;
};

/** Asks for the subject and the people of the ticket that messages become. */
export default function SplitDialog(props: SplitDialogProps) {
  const { ticket, messageIds, onClose } = props;
  const { t } = useTranslation();
  const proposal = useQuery(splitProposalQuery(ticket.number, messageIds));
  const title = t("splitDialog.title", {
    count: messageIds.length,
    number: String(ticket.number),
  });
  return (
    <Dialog opened onClose={onClose} title={title}>
      <p className={classes.what}>{t("splitDialog.what")}</p>
      {proposal.error && (
        <ErrorState error={proposal.error} onRetry={() => void proposal.refetch()} />
      )}
      {proposal.isPending && <Skeleton rows={3} height={48} />}
      {proposal.data && <SplitForm {...props} proposal={proposal.data} />}
    </Dialog>
  );
}

type Proposal = components["schemas"]["SplitProposal"];

function SplitForm({
  ticket,
  messageIds,
  onClose,
  onDone,
  proposal,
}: SplitDialogProps & { proposal: Proposal }) {
  const { t } = useTranslation();
  const [subject, setSubject] = useState(proposal.subject);
  const [requester, setRequester] = useState(proposal.requester_id);
  const [joining, setJoining] = useState<ReadonlySet<number>>(new Set(proposal.participant_ids));
  const split = useSplit(ticket.number, onDone);
  const others = proposal.people.filter((person) => person.id !== requester);
  const toggle = (id: number) => {
    const next = new Set(joining);
    if (!next.delete(id)) next.add(id);
    setJoining(next);
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        split.mutate({
          message_ids: messageIds,
          subject,
          requester_id: requester,
          participant_ids: others.map(({ id }) => id).filter((id) => joining.has(id)),
        });
      }}
    >
      <TextField
        name="subject"
        label={t("splitDialog.subject")}
        value={subject}
        maxLength={500}
        required
        data-autofocus
        dir="auto"
        onChange={(event) => setSubject(event.currentTarget.value)}
      />
      <SelectField
        name="requester_id"
        label={t("splitDialog.requester")}
        value={String(requester)}
        onChange={(event) => setRequester(Number(event.currentTarget.value))}
        data={proposal.people.map((person) => ({ value: String(person.id), label: shown(person) }))}
      />
      {others.length > 0 && (
        <fieldset className={classes.people}>
          <legend>{t("splitDialog.people")}</legend>
          {others.map((person) => (
            <p key={person.id} className={classes.joins}>
              <CheckBox
                checked={joining.has(person.id)}
                onChange={() => toggle(person.id)}
                label={shown(person)}
              />
              <span>
                <bdi>{shown(person)}</bdi>
                {person.wrote && ` (${t("splitDialog.wrote")})`}
              </span>
            </p>
          ))}
        </fieldset>
      )}
      <p className={classes.hint}>{t("splitDialog.peopleHint")}</p>
      <DialogActions>
        <Button size="l" onClick={onClose}>
          {t("splitDialog.cancel")}
        </Button>
        <Button size="l" look="gold" type="submit" busy={split.isPending}>
          {t("splitDialog.confirm")}
        </Button>
      </DialogActions>
    </form>
  );
}

function shown({ name, email }: Proposal["people"][number]): string {
  return email && email !== name ? `${name}, ${email}` : name;
}
