import type { FieldValues } from "@/api/customFields";
import type { OfferedForm } from "@/api/forms";
import type { Attachment, MailAddress, Priority, TicketInput } from "@/api/types";
import { sentValue } from "@/ui/customFields/valueText";
import { type Answers, sentAnswers } from "@/ui/forms/evaluation";
import { NOBODY } from "./options";

/** Who a new ticket is for: a contact, or somebody known by an address only. */
export type Requester =
  | { id: string; name: string; email: string | null }
  | { email: string; id?: undefined };

/** What becomes of the first message: a mail, a note, or a record of what the requester said. */
export type FirstMessage = "send" | "note" | "requester";

export type NewTicket = {
  requester: Requester | null;
  /** The name of somebody who is no contact yet. */
  name: string;
  subject: string;
  text: string;
  first: FirstMessage;
  cc: MailAddress[];
  bcc: MailAddress[];
  mailbox?: string;
  team?: string;
  assignee: string;
  priority: Priority;
  files: Attachment[];
  /** Values of custom fields by key, of those that were filled in. */
  fields: FieldValues;
  /** The form that it is made with, and what was filled in by its fields. */
  form: OfferedForm | null;
  answers: Answers;
};

/** What each part of the form shows and changes. */
export type NewTicketProps = {
  ticket: NewTicket;
  change: (next: Partial<NewTicket>) => void;
};

export function emptyTicket(first: FirstMessage): NewTicket {
  return {
    requester: null,
    name: "",
    subject: "",
    text: "",
    first,
    cc: [],
    bcc: [],
    assignee: NOBODY,
    priority: "normal",
    files: [],
    fields: {},
    form: null,
    answers: {},
  };
}

/** Who gets the mail of a ticket's first message: the requester and who was added. */
export function peopleOf({ requester, name, cc, bcc }: NewTicket) {
  const address = requester?.email;
  const known = requester?.id === undefined ? name : requester.name;
  return { to: address ? [{ name: known, address }] : [], cc, bcc };
}

/** The request that opens it. */
export function requestOf(ticket: NewTicket, confirmed: boolean): TicketInput {
  const { requester, first } = ticket;
  const body: TicketInput = {
    subject: ticket.subject.trim(),
    text: ticket.text.trim(),
    ...(requester?.id === undefined
      ? { requester: { name: ticket.name.trim(), email: requester?.email ?? "" } }
      : { requester_id: Number(requester.id) }),
    team_id: ticket.team ? Number(ticket.team) : undefined,
    assignee_id: ticket.assignee === NOBODY ? undefined : Number(ticket.assignee),
    priority: ticket.priority,
    kind: first === "note" ? "note" : "reply",
    type: "question",
    channel: "phone",
    attachment_ids: ticket.files.map((file) => file.id),
    send: false,
    confirm_recipients: false,
    fields: Object.fromEntries(
      Object.entries(ticket.fields).map(([key, value]) => [key, sentValue(value)]),
    ),
  };
  if (first !== "send") return body;
  return {
    ...body,
    channel: "email",
    send: true,
    cc: ticket.cc,
    bcc: ticket.bcc,
    mailbox_id: ticket.mailbox ? Number(ticket.mailbox) : undefined,
    confirm_recipients: confirmed,
  };
}

/** The request that opens it with its form, which says its own team, type and priority. */
export function formRequestOf(ticket: NewTicket, form: OfferedForm, confirmed: boolean) {
  const { team_id: _, priority: __, type: ___, text: ____, ...body } = requestOf(ticket, confirmed);
  const { fields, beside } = sentAnswers(form, ticket.answers, sentValue);
  const { team, subject = "", text, ...rest } = beside;
  return {
    ...body,
    ...rest,
    fields,
    subject: String(subject).trim(),
    text: text === undefined ? undefined : String(text).trim(),
    team_id: team === undefined ? undefined : Number(team),
  };
}

/** What was taken back within its time to undo, for the dialog that opens next. */
let takenBack: NewTicket | null = null;

export function keepTakenBack(ticket: NewTicket): void {
  takenBack = ticket;
}

export function takeTakenBack(): NewTicket | null {
  const kept = takenBack;
  takenBack = null;
  return kept;
}
