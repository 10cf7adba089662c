import type { TFunction } from "i18next";
import { ownProblem, type ProblemError } from "@/api/problem";
import { settingsTexts } from "@/locales/en/settingsTexts";

type KnownReason = keyof typeof settingsTexts.access.weak;

/** A refused password in the reader's language, at the field that holds it; other refusals as they are. */
export function passwordRefusal(refusal: ProblemError, t: TFunction): ProblemError {
  const { reason, errors } = refusal.problem;
  const field = errors?.[0]?.field;
  if (refusal.code !== "weak_password" || typeof reason !== "string" || !field) return refusal;
  if (!(reason in settingsTexts.access.weak)) return refusal;
  return ownProblem([{ field, message: t(`access.weak.${reason as KnownReason}`) }]);
}
