import type { components, operations } from "./generated/schema";
import type { NoticeRef } from "./notice";

type Schemas = components["schemas"];

export type Attachment = Schemas["Attachment"];
export type BlockKind = Schemas["MailBlock"]["kind"];
export type BlockScope = Schemas["BlockSender"]["scope"];
export type BulkRequest = Schemas["BulkChange"];
export type ChangeItem = Schemas["ChangeItem"];
export type Contact = Schemas["Contact"];
export type FieldChange = Schemas["FieldChange"];
export type OwnFieldChange = Schemas["OwnFieldChange"];
export type IncomingMail = Schemas["MailItem"];
export type Invitation = Schemas["Invitation"];
/** The client reads header pairs as lists of two. */
export type KeptMail = Omit<Schemas["MailDetail"], "headers"> & { headers: string[][] };
export type BalanceLine = Schemas["BalanceLine"];
export type MacroAction = MacroPreview["actions"][number];
export type MacroFile = Schemas["MacroFile"];
export type MacroPreview = Schemas["MacroPreview"];
export type MacroItem = Schemas["MacroItem"];
export type MacroText = Schemas["MacroText"];
export type MacroSummary = Schemas["MacroSummary"];
export type MailRules = Schemas["MailRules"];
export type MailSignature = Schemas["MailSignature"];
export type ReparseResult = Schemas["ReparseResult"];
export type IncomingState = IncomingMail["state"];
export type MailAddress = Schemas["MailAddress"];
export type MailState = Schemas["MailState"]["state"];
export type MarkedText = Schemas["MarkedText"];
export type Me = Schemas["Me"];
export type MessageInput = Schemas["MessageWithActions"];
export type MessageItem = Schemas["MessageItem"];
export type OutboxItem = Schemas["OutboxItem"];
/** The client reads header pairs as lists of two. */
export type OutboxMail = Omit<Schemas["OutboxMail"], "headers"> & { headers: string[][] };
export type Person = Schemas["Person"];
export type Priority = Schemas["TicketRow"]["priority"];
export type SearchResult = Schemas["SearchResult"];
export type SearchKind = "tickets" | "contacts" | "organizations" | "attachments";
export type SearchSort = "rank" | "time";
export type Status = Schemas["Status"];
export type BulkResult = Schemas["BulkResult"];
export type MissingCounts = Schemas["MissingCounts"];
export type MissingValues = Schemas["MissingValues"];
export type Resolution = Schemas["Resolution"];
export type LifecycleRules = Schemas["Rules"];
export type LifecycleRulesList = Schemas["RulesList"];
export type Transition = Schemas["Transition"];
export type StatusCategory = Schemas["StatusRef"]["category"];
export type Team = Schemas["Team"];
export type ThreadItem = Schemas["Ticket"]["thread"][number];
export type Ticket = Schemas["Ticket"];
export type TicketChange = Schemas["TicketChange"];
export type TicketInput = Schemas["TicketInput"];
export type TicketPage = Schemas["TicketPage"];
export type TicketRow = Schemas["TicketRow"];
export type TicketType = Schemas["TicketRow"]["type"];

export type TicketQuery = NonNullable<operations["ApiV1TicketsListTickets"]["parameters"]["query"]>;

/** A refusal as the API tells it; `errors` names the fields of a form. */
export type Problem = Omit<Schemas["ProblemDocument"], "errors"> & {
  errors?: ({ field: string; message: string } & Partial<NoticeRef>)[];
};
