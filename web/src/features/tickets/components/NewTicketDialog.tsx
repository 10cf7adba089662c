import { useNavigate } from "@tanstack/react-router";
import { type KeyboardEvent, type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { ProblemError } from "@/api/problem";
import type { Attachment, Priority, TicketInput } from "@/api/types";
import { holdKeys } from "@/lib/heldKeys";
import { Avatar } from "@/ui/Avatar";
import { Button } from "@/ui/Button";
import { Dialog, DialogActions } from "@/ui/Dialog";
import { Form, TextAreaField, TextField } from "@/ui/Form";
import { Icon } from "@/ui/Icon";
import { Picker, type PickerOption } from "@/ui/Picker";
import { Segments } from "@/ui/Segments";
import { useOpenTicket } from "../open";
import {
  NOBODY,
  useAssigneeOptions,
  useContactOptions,
  usePriorityOptions,
  useTeamOptions,
} from "../options";
import { useUploads } from "../uploads";
import { AttachButton } from "./AttachButton";
import { ComposerFiles } from "./ComposerFiles";
import classes from "./NewTicketDialog.module.css";

type Requester = { id: string; name: string } | { email: string };

/** Opens a ticket for somebody who called, wrote elsewhere or stands at the desk. */
export function NewTicketDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const open = useOpenTicket();
  const [facts, setFacts] = useState<Facts>(firstFacts);
  const [files, setFiles] = useState<Attachment[]>([]);
  const uploads = useUploads((file) => setFiles((held) => [...held, file]));
  const change = (next: Partial<Facts>) => setFacts((held) => ({ ...held, ...next }));

  const submit = async (values: FormData) => {
    const body: TicketInput = {
      subject: String(values.get("subject")).trim(),
      text: String(values.get("text")).trim(),
      ...requesterPart(
        facts.requester,
        String(values.get("name") ?? ""),
        t("newTicket.needsRequester"),
      ),
      team_id: facts.team ? Number(facts.team) : undefined,
      assignee_id: facts.assignee === NOBODY ? undefined : Number(facts.assignee),
      priority: facts.priority,
      kind: facts.kind,
      type: "question",
      channel: "phone",
      attachment_ids: files.map((file) => file.id),
    };
    const { data } = await open.mutateAsync(body);
    onClose();
    await navigate({ to: "/desk/tickets/$number", params: { number: data.number }, search: {} });
  };
  return (
    <Dialog opened onClose={onClose} title={t("newTicket.title")} width={640}>
      <Form onSubmit={submit} label={t("newTicket.title")}>
        {(busy) => (
          <>
            <Words facts={facts} change={change} />
            <ComposerFiles
              attachments={files}
              pending={uploads.pending}
              onDetach={(id) => setFiles(files.filter((file) => file.id !== id))}
              onRemove={uploads.remove}
            />
            <FactButtons facts={facts} change={change} onFiles={uploads.add} />
            <KindField kind={facts.kind} onKind={(kind) => change({ kind })} />
            <DialogActions>
              <Button size="l" onClick={onClose}>
                {t("dialog.cancel")}
              </Button>
              <Button type="submit" look="gold" size="l" busy={busy || uploads.uploading}>
                {t("newTicket.submit")}
              </Button>
            </DialogActions>
          </>
        )}
      </Form>
    </Dialog>
  );
}

type Facts = {
  requester: Requester | null;
  team?: string;
  assignee: string;
  priority: Priority;
  kind: "reply" | "note";
};

const firstFacts: Facts = { requester: null, assignee: NOBODY, priority: "normal", kind: "reply" };

type FactsProps = { facts: Facts; change: (next: Partial<Facts>) => void };

function Words({ facts, change }: FactsProps) {
  const { t } = useTranslation();
  const { requester } = facts;
  return (
    <>
      <RequesterField requester={requester} onPick={(next) => change({ requester: next })} />
      {requester && "email" in requester && (
        <TextField name="name" label={t("newTicket.name")} required withAsterisk={false} />
      )}
      <TextField
        name="subject"
        label={t("newTicket.subject")}
        maxLength={500}
        required
        withAsterisk={false}
      />
      <TextAreaField
        name="text"
        label={t("newTicket.text")}
        minRows={6}
        maxRows={14}
        required
        withAsterisk={false}
      />
    </>
  );
}

function FactButtons({
  facts,
  change,
  onFiles,
}: FactsProps & { onFiles: (files: Iterable<File>) => void }) {
  const { t } = useTranslation();
  const teams = useTeamOptions();
  const assignees = useAssigneeOptions();
  const priorities = usePriorityOptions();
  return (
    <div className={classes.facts}>
      <PickButton
        label={t("ticket.fact.team")}
        options={teams}
        value={facts.team ?? teams[0]?.value ?? ""}
        onPick={(team) => change({ team })}
      />
      <PickButton
        label={t("ticket.fact.assignee")}
        options={assignees}
        value={facts.assignee}
        onPick={(assignee) => change({ assignee })}
      />
      <PickButton
        label={t("ticket.fact.priority")}
        options={priorities}
        value={facts.priority}
        onPick={(priority) => change({ priority: priority as Priority })}
      />
      <AttachButton onFiles={onFiles} />
    </div>
  );
}

function KindField({
  kind,
  onKind,
}: {
  kind: Facts["kind"];
  onKind: (kind: Facts["kind"]) => void;
}) {
  const { t } = useTranslation();
  return (
    <div className={classes.kind}>
      <Segments
        label={t("newTicket.kind")}
        value={kind}
        onChange={onKind}
        options={[
          { value: "reply", label: t("newTicket.asReply") },
          { value: "note", label: t("newTicket.asNote") },
        ]}
      />
      <p className={classes.hint}>{t(`newTicket.hint.${kind}`)}</p>
    </div>
  );
}

function requesterPart(
  requester: Requester | null,
  name: string,
  missing: string,
): Pick<TicketInput, "requester_id" | "requester"> {
  if (!requester) {
    throw new ProblemError({
      type: "about:blank",
      title: missing,
      status: 422,
      code: "validation_failed",
      detail: missing,
    });
  }
  if ("email" in requester) return { requester: { name: name.trim(), email: requester.email } };
  return { requester_id: Number(requester.id) };
}

const NEW = "new:";

type RequesterFieldProps = {
  requester: Requester | null;
  onPick: (requester: Requester) => void;
};

function RequesterField({ requester, onPick }: RequesterFieldProps) {
  const { t } = useTranslation();
  const [opened, setOpened] = useState(false);
  const [query, setQuery] = useState("");
  const contacts = useContactOptions();
  const fresh: PickerOption[] = /^\S+@\S+\.\S+$/.test(query)
    ? [
        {
          value: NEW + query,
          label: query,
          hint: t("newTicket.newContact"),
          sign: <Icon name="plus" />,
        },
      ]
    : [];
  const known = contacts.options.some((option) => option.hint === query);
  const pick = (value: string) => {
    if (value.startsWith(NEW)) onPick({ email: value.slice(NEW.length) });
    else {
      const name = contacts.options.find((option) => option.value === value)?.label ?? "";
      onPick({ id: value, name });
    }
  };
  const openByTyping = ({ nativeEvent: event }: KeyboardEvent) => {
    if (event.key.length !== 1 || event.key === " " || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    holdKeys(event);
    setOpened(true);
  };
  return (
    <div>
      <span className={classes.label}>{t("newTicket.requester")}</span>
      <Picker
        label={t("newTicket.searchRequester")}
        options={known ? contacts.options : [...contacts.options, ...fresh]}
        chosen={[]}
        onPick={pick}
        opened={opened}
        onOpenedChange={setOpened}
        onSearch={(words) => {
          setQuery(words.trim());
          contacts.setQuery(words);
        }}
        searching={contacts.searching}
      >
        <button
          type="button"
          className={classes.requester}
          data-autofocus
          data-opens-field
          onClick={() => setOpened(!opened)}
          onKeyDown={openByTyping}
        >
          {requester ? <Chosen requester={requester} /> : t("newTicket.searchRequester")}
        </button>
      </Picker>
    </div>
  );
}

function Chosen({ requester }: { requester: Requester }) {
  const name = "email" in requester ? requester.email : requester.name;
  const id = "email" in requester ? requester.email : requester.id;
  return (
    <span className={classes.chosen}>
      <Avatar id={id} name={name} />
      <bdi className="cut">{name}</bdi>
    </span>
  );
}

type PickButtonProps = {
  label: string;
  options: PickerOption[];
  value: string;
  onPick: (value: string) => void;
};

function PickButton({ label, options, value, onPick }: PickButtonProps) {
  const [opened, setOpened] = useState(false);
  const chosen = options.find((option) => option.value === value);
  const sign: ReactNode = chosen?.sign;
  return (
    <Picker
      label={label}
      options={options}
      chosen={[value]}
      onPick={onPick}
      opened={opened}
      onOpenedChange={setOpened}
    >
      <Button look="line" title={label} onClick={() => setOpened(!opened)}>
        {sign}
        <bdi>{chosen?.label ?? label}</bdi>
      </Button>
    </Picker>
  );
}
