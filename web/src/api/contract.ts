// Written after the HTTP contract; replaced by the generated schema.
export type Page<T> = { items: T[]; next_cursor?: string | null };
export type Priority = "low" | "normal" | "high" | "urgent";
export type TicketType = "question" | "incident" | "problem" | "task";
export type StatusCategory = "new" | "open" | "waiting" | "on_hold" | "resolved" | "closed";
export type StatusRef = { key: string; name: string; category: StatusCategory };
export type Named = { id: number; name: string };
export type Address = { name: string; address: string };
export type Me = {
  person: {
    id: number;
    name: string;
    email: string;
    role: Named | null;
    kind: "staff" | "contact";
    locale: string;
    team_ids: number[];
  };
  workspace: Named;
  permissions: string[];
  audience: "staff" | "contact";
  live_url: string;
  settings: { undo_send_seconds: number; upload_max_bytes: number };
};
export type Person = {
  id: number;
  kind: string;
  name: string;
  email: string;
  role: Named | null;
  team_ids: number[];
  active: boolean;
  version: number;
};
export type Team = {
  id: number;
  name: string;
  color: string;
  member_ids: number[];
  version: number;
  open_count: number;
};
export type Mailbox = {
  id: number;
  address: string;
  name: string;
  team_id: number | null;
  active: boolean;
  version: number;
};
export type Status = StatusRef & { id: number; position: number };
export type Contact = {
  id: number;
  name: string;
  emails: string[];
  organization: Named | null;
  ticket_count?: number;
  created_at: string;
  version: number;
};
export type TicketRow = {
  number: number;
  subject: string;
  preview: string;
  status: StatusRef;
  priority: Priority;
  type: TicketType;
  team: Named & { color: string };
  assignee: Named | null;
  requester: Named;
  organization: Named | null;
  tags: string[];
  channel: string;
  created_at: string;
  updated_at: string;
  last_message_at: string;
  unread: boolean;
  message_count: number;
  version: number;
};
export type Attachment = {
  id: number;
  filename: string;
  mime_type: string;
  size: number;
  inline: boolean;
  url: string;
};
export type MailState = "held" | "queued" | "sending" | "sent" | "failed" | "cancelled" | "unknown";
export type MessageItem = {
  type: "message";
  id: number;
  kind: "reply" | "note";
  from_staff: boolean;
  author: Named;
  channel: string;
  created_at: string;
  text: string;
  html: string | null;
  quoted: string | null;
  has_remote_images: boolean;
  to: Address[];
  cc: Address[];
  attachments: Attachment[];
  mail: {
    outbox_id: number;
    state: MailState;
    held_until: string | null;
    last_error: string | null;
  } | null;
  raw_url: string | null;
  change_id: number;
};
export type FieldChange = { field: string; old: unknown; new: unknown };
export type ChangeItem = {
  type: "change";
  id: number;
  command: string;
  actor: Named | null;
  via: string;
  at: string;
  changes: FieldChange[];
  undo_of: number | null;
  undone: boolean;
  can_undo: boolean;
};
export type ThreadItem = MessageItem | ChangeItem;
export type Can = Record<
  "reply" | "note" | "assign" | "move" | "status" | "priority" | "tag" | "edit" | "undo",
  boolean
>;
export type Ticket = Omit<TicketRow, "requester"> & {
  id: number;
  mailbox: { id: number; address: string; name: string } | null;
  requester: { id: number; name: string; email: string; organization: Named | null };
  cc: { id: number; name: string; email: string }[];
  first_response_at: string | null;
  resolved_at: string | null;
  closed_at: string | null;
  follow_up_of: number | null;
  can: Can;
  allowed_statuses: string[];
  thread: ThreadItem[];
  thread_cursor: string | null;
};
export type TicketCounts = {
  views: Record<"my_open" | "unassigned" | "all_open" | "waiting" | "recently_resolved", number>;
  teams: Record<string, number>;
};
export type TicketPatch = {
  subject?: string;
  status?: string;
  priority?: Priority;
  type?: TicketType;
  assignee_id?: number | null;
  team_id?: number;
  tags?: string[];
  requester_id?: number;
  version?: number;
};
export type BulkRequest = {
  numbers: number[];
  set?: TicketPatch;
  add_tags?: string[];
  remove_tags?: string[];
};
export type Problem = {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: string;
  errors?: { field: string; message: string }[];
};
export type BulkResult = {
  change_id: number;
  updated: number[];
  refused: { number: number; problem: Problem }[];
};
export type TicketOpen = {
  subject: string;
  text?: string;
  html?: string;
  requester_id?: number;
  requester?: { name: string; email: string };
  team_id?: number;
  assignee_id?: number;
  priority?: Priority;
  type?: TicketType;
  tags?: string[];
  attachment_ids?: number[];
  kind?: "reply" | "note";
  channel?: string;
};
export type MessageWrite = {
  kind: "reply" | "note";
  text?: string;
  html?: string;
  attachment_ids?: number[];
  cc?: string[];
  status?: string;
};
export type MessageWritten = {
  message: MessageItem;
  ticket: Ticket;
  change_id: number;
  undo_seconds: number;
};
export type Undone = { change_id: number; undone: number; kept: string[] };
export type OutboxItem = {
  id: number;
  state: MailState;
  kind: "reply" | "confirmation";
  to: Address[];
  cc: Address[];
  from: Address;
  subject: string;
  ticket_number: number | null;
  created_at: string;
  held_until: string | null;
  next_attempt_at: string | null;
  sent_at: string | null;
  attempts: number;
  last_error: string | null;
  message_id: string;
};
export type OutboxDetail = OutboxItem & {
  text: string;
  html: string | null;
  headers: string[][];
};
export type IncomingMail = {
  id: number;
  state: "received" | "ticketed" | "appended" | "quarantined" | "refused";
  reason: string | null;
  mailbox: string | null;
  from: Address | null;
  subject: string | null;
  size: number;
  received_at: string;
  ticket_number: number | null;
};
export type MailStatus = {
  relay_configured: boolean;
  relay_host: string | null;
  smtp_port: number;
  smtp_running: boolean;
};

type Parameters<Q, P> = { query?: Q; path: P; header?: Record<string, string>; cookie?: never };
type Answer<R> = {
  responses: { 200: { headers: Record<string, string>; content: { "application/json": R } } };
};
type Read<R, Q = Record<never, never>, P = never> = Answer<R> & {
  parameters: [P] extends [never] ? { query?: Q } : Parameters<Q, P>;
};
type Write<R, B, P = never> = Answer<R> & {
  parameters: [P] extends [never] ? Record<never, never> : Parameters<Record<never, never>, P>;
  requestBody: { content: { "application/json": B } };
};
type Act<R, P> = Answer<R> & { parameters: Parameters<Record<never, never>, P> };
type Paged = { limit?: number; cursor?: string };
export type TicketQuery = Paged & {
  view?: string;
  team_id?: string;
  assignee_id?: string;
  status?: string;
  category?: string;
  priority?: string;
  tag?: string;
  requester_id?: string;
  organization_id?: string;
  q?: string;
  sort?: string;
};

export interface paths {
  "/api/v1/session": {
    post: Write<Me, { email: string; password: string }>;
    delete: Answer<undefined> & { parameters: Record<never, never> };
  };
  "/api/v1/me": { get: Read<Me> };
  "/api/v1/people": { get: Read<Page<Person>, Paged & { kind?: string; q?: string }> };
  "/api/v1/teams": { get: Read<Page<Team>> };
  "/api/v1/mailboxes": { get: Read<Page<Mailbox>> };
  "/api/v1/statuses": { get: Read<{ items: Status[] }> };
  "/api/v1/tags": { get: Read<{ items: string[] }, { q?: string }> };
  "/api/v1/contacts": {
    get: Read<Page<Contact>, Paged & { q?: string }>;
    post: Write<Contact, { name: string; email: string }>;
  };
  "/api/v1/contacts/{id}": { get: Read<Contact, Record<never, never>, { id: number }> };
  "/api/v1/tickets": {
    get: Read<Page<TicketRow>, TicketQuery>;
    post: Write<Ticket, TicketOpen>;
  };
  "/api/v1/tickets/counts": { get: Read<TicketCounts> };
  "/api/v1/tickets/bulk": { post: Write<BulkResult, BulkRequest> };
  "/api/v1/tickets/{number}": {
    get: Read<Ticket, Record<never, never>, { number: number }>;
    patch: Write<Ticket, TicketPatch, { number: number }>;
  };
  "/api/v1/tickets/{number}/thread": {
    get: Read<Page<ThreadItem>, { before?: string }, { number: number }>;
  };
  "/api/v1/tickets/{number}/messages": {
    post: Write<MessageWritten, MessageWrite, { number: number }>;
  };
  "/api/v1/tickets/{number}/read": { post: Act<undefined, { number: number }> };
  "/api/v1/tickets/{number}/history": {
    get: Read<Page<ChangeItem>, Paged, { number: number }>;
  };
  "/api/v1/changes/{id}/undo": { post: Act<Undone, { id: number }> };
  "/api/v1/outbox": {
    get: Read<Page<OutboxItem> & { counts: Record<string, number> }, Paged & { state?: string }>;
  };
  "/api/v1/outbox/{id}": { get: Read<OutboxDetail, Record<never, never>, { id: number }> };
  "/api/v1/outbox/{id}/retry": { post: Act<OutboxItem, { id: number }> };
  "/api/v1/outbox/{id}/cancel": { post: Act<OutboxItem, { id: number }> };
  "/api/v1/mails": {
    get: Read<Page<IncomingMail> & { counts: Record<string, number> }, Paged & { state?: string }>;
  };
  "/api/v1/mails/{id}/retry": { post: Act<IncomingMail, { id: number }> };
  "/api/v1/mail/status": { get: Read<MailStatus> };
}
