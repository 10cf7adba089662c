import type { TFunction } from "i18next";
import type { ComponentType } from "react";
import type {
  BulkRequest,
  ChangeItem,
  FieldChange,
  Person,
  Resolution,
  Status,
  Team,
  Ticket,
  TicketChange,
  TicketQuery,
  TicketRow,
} from "@/api/types";
import type { TextKey } from "@/app/feature";
import type { IconName } from "@/ui/Icon";
import type { PickerOption } from "@/ui/Picker";

type Named<Field> = Field extends `${infer Name}_id` ? Name : Field;

/** What the API lets people change of a ticket, by its name in rows, in history and in live frames. */
export type PropertyName = Named<Exclude<keyof TicketChange, "version" | "fields">>;

/** What the screens show of a ticket while the server has not answered yet. */
export type Shown = Partial<Pick<TicketRow, Exclude<PropertyName, "requester">>>;

/** The lists that values are looked up in. */
export type Lists = {
  statuses: Status[];
  resolutions: Resolution[];
  teams: Team[];
  staff: Pick<Person, "id" | "name">[];
};

/** A value being set: what the API is told, what is shown meanwhile, and the value in words. */
export type PropertyEdit = { patch: TicketChange; shown: Shown; name: string };

/** What is done to chosen tickets at once, and the sentence that says so. */
export type BulkEdit = { request: Omit<BulkRequest, "numbers">; sentence: TextKey };

export type PropertyFilter = {
  /** Its name in the URL. */
  key: string;
  /** Its name in the API's query. */
  param: keyof TicketQuery;
  label?: TextKey;
  icon?: IconName;
  /** The API takes one value of it. */
  single?: boolean;
  order: number;
  /** Whether a row is among what was asked for, as the server decides it. */
  holds: (row: TicketRow, asked: string, me: number) => boolean;
};

/** Everything the desk knows of one property of a ticket. */
export type Property = {
  icon: IconName;
  /** What it is called. */
  label: TextKey;
  /** What allows it, of the ticket's `can`. */
  needs: keyof Ticket["can"];
  /** The key that opens its list, on a ticket and for chosen tickets. */
  shortcut?: string;
  /** Its field in `PATCH /tickets/{number}`. */
  field: keyof TicketChange;
  /** Where it is edited on a ticket: in the line under the subject, or in a row of the details. */
  place?: { at: "head" | "details"; order: number };
  /** The values to choose from; for a ticket only those that it may take. A hook. */
  useOptions?: (ticket?: Ticket) => PickerOption[];
  /** The chosen value, as the options have it. */
  valueIn: (row: TicketRow | Ticket) => string;
  /** The value as the ticket page shows it. */
  Value?: ComponentType<{ ticket: Ticket }>;
  /** A sign at the start of a row of the list. */
  RowSign?: ComponentType<{ row: TicketRow }>;
  /** Sets a value; null where there is no such value. */
  edit?: (value: string, ticket: Ticket | null, lists: Lists, t: TFunction) => PropertyEdit | null;
  /** After setting it; with `name`. Without one it is "Impact is high". */
  done?: (edit: PropertyEdit, t: TFunction) => string;
  /** How it is offered for an open ticket, by key and in the palette. */
  command?: { id: string; label?: TextKey; bulkLabel?: TextKey };
  /** How it is set for chosen tickets. */
  bulk?: {
    order: number;
    label?: TextKey;
    sentence?: TextKey;
    creatable?: boolean;
    edit?: (value: string, chosen: TicketRow[]) => BulkEdit;
  };
  filter?: PropertyFilter;
  /** Its place among its values, for lists that are ordered by it; the highest is the last. */
  rank?: (row: TicketRow) => number;
  /** What history says: "status to Open" after "set", or a sentence of its own. */
  history?: {
    set?: (change: FieldChange, t: TFunction) => string;
    did?: (change: FieldChange, item: ChangeItem, t: TFunction) => string;
    /** The drawing of a change to a value; else the property's own. */
    icon?: (change: FieldChange, lists: Pick<Lists, "statuses">) => IconName;
  };
};

/** A value of history in words: a name, or what is set as it is written. */
export function nameOf(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "object" && "name" in value) return String(value.name);
  return String(value);
}

/** Whether a value of history is a thing, known by its id or key; its name may have changed. */
export function isThe(value: unknown, thing: { id: number; key?: string }): boolean {
  if (typeof value !== "object" || value === null) return false;
  if ("key" in value) return value.key === thing.key;
  return "id" in value && value.id === thing.id;
}

/** Whether a value is among those asked for, which are written `a,b`. */
export const isAmong = (asked: string, value: unknown) =>
  asked
    .split(",")
    .map((one) => one.trim())
    .includes(String(value));
