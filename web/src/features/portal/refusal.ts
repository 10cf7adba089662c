import type { i18n, TFunction } from "i18next";
import { inReadersWords, ownProblem, ProblemError } from "@/api/problem";

/** What a refusal means for somebody who only wants help: when to try again, or what to change. */
export function refusalText(error: ProblemError, t: TFunction): string {
  if (error.status === 429) {
    const seconds = (error.problem as { retry_after_seconds?: number }).retry_after_seconds ?? 60;
    return t("ask.tooMany", { count: Math.max(1, Math.ceil(seconds / 60)) });
  }
  if (error.status === 413) return t("ask.tooLarge");
  if (error.code === "offline") return t("ask.unreachable");
  return error.message;
}

/** The same refusal in the words of a form's language, as far as there are any. */
export const inWordsOf = (error: ProblemError, language: i18n) =>
  new ProblemError(inReadersWords(error.problem, language));

/** The same refusal in those words; what names a field stays as it is. */
export function inPlainWords(error: ProblemError, t: TFunction): ProblemError {
  return error.problem.errors?.length ? error : ownProblem(refusalText(error, t));
}

/** What the refusal of one file means; its name stands above the sentence. */
export function fileRefusalText(error: ProblemError, t: TFunction): string {
  if (error.code === "file_infected") return t("ask.fileInfected");
  if (error.code === "file_not_scanned") return t("ask.fileNotScanned");
  if (error.code === "scanner_unavailable" || error.code === "uploads_busy")
    return t("ask.filesBusy");
  if (error.code === "offline" || error.code === "upload_stalled") return t("ask.fileNotUp");
  return refusalText(error, t);
}
