import type { TFunction } from "i18next";
import { ownProblem } from "@/api/problem";

type FieldError = { field: string; message: string };

const address = /^[^@\s]+@[^@\s]+\.[^@\s]+$/;

/** A field that must not be empty. */
export function needed(field: string, value: string, t: TFunction): FieldError[] {
  return value.trim() ? [] : [{ field, message: t("settings.required") }];
}

/** A field that must hold an e-mail address. */
export function mailAddress(field: string, value: string, t: TFunction): FieldError[] {
  return address.test(value.trim()) ? [] : [{ field, message: t("settings.wrongEmail") }];
}

/** Refuses a form in plain words before it is sent; without errors it passes. */
export function refuse(...errors: FieldError[]): void {
  if (errors.length > 0) throw ownProblem(errors);
}
