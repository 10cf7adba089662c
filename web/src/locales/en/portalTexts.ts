import { common } from "./common";
import type notices from "./notices.json";
import { portal } from "./portal";

/** The part of the catalogue that requesters load. */
export const portalTexts = { ...common, ...portal } as const;

/** The same texts in another language; it may have more forms of a number than English has. */
type Translated<T> = { [K in keyof T]: T[K] extends string ? string : Translated<T[K]> };
type Notices = (typeof notices)["notice"];
type Refusals = {
  field: Pick<
    Notices["field"],
    | "empty"
    | "missing"
    | "wrong_form"
    | "too_long"
    | "too_short"
    | "too_small"
    | "too_great"
    | "not_allowed"
    | "not_storable"
    | "not_among"
    | "not_an_address"
    | "local_part_too_long"
    | "own_address"
  >;
  custom_field: Pick<
    Notices["custom_field"],
    | "no_boolean"
    | "no_date"
    | "no_moment"
    | "no_number"
    | "no_option"
    | "no_options"
    | "no_phone"
    | "no_such_row"
    | "no_text"
    | "no_url"
    | "not_of_pattern"
    | "not_one_line"
    | "unknown"
  >;
  form: Pick<Notices["form"], "not_filled_in" | "not_asked" | "not_in_form" | "not_offered">;
} & Pick<
  Notices,
  | "fields_required"
  | "form_not_found"
  | "form_required"
  | "upload_unknown"
  | "staff_address"
  | "no_mailbox"
>;

/** What a language needs for the words around forms, refusals of an answer among them. */
export type FormTexts = Translated<
  Pick<typeof portal, "ask" | "form" | "sent"> & {
    portal: Pick<(typeof portal)["portal"], "home" | "language">;
    customFields: (typeof common)["customFields"];
    notice: Refusals;
  }
>;
