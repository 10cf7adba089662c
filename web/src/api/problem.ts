import type { i18n } from "i18next";
import { type NoticeRef, noticeText } from "./notice";
import type { Problem } from "./types";

/** A refusal of the API (RFC 9457), or `code: "offline"` when no answer came at all. */
export class ProblemError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail);
    this.name = "ProblemError";
    this.problem = problem;
  }

  get status(): number {
    return this.problem.status;
  }

  get code(): string {
    return this.problem.code;
  }

  /** What a refusal tells besides its sentence, such as how long to wait. */
  data(name: string): unknown {
    return (this.problem as Record<string, unknown>)[name];
  }

  /** What was wrong with one field of a form, or undefined. */
  fieldError(field: string): string | undefined {
    return this.problem.errors?.find((error) => error.field === field)?.message;
  }
}

export const offlineProblem: Problem = {
  type: "about:blank",
  title: "Offline",
  status: 0,
  code: "offline",
  parameters: {},
  detail: "The server did not answer.",
};

/** A refusal of our own, before or instead of the server's: a sentence, or what is wrong by field. */
export function ownProblem(what: string | NonNullable<Problem["errors"]>): ProblemError {
  const said = typeof what === "string" ? { detail: what } : { detail: "", errors: what };
  return new ProblemError({
    type: "about:blank",
    title: "",
    status: 422,
    code: "validation_failed",
    parameters: {},
    ...said,
  });
}

/** Turns whatever was thrown into a problem that can be shown. */
export function asProblem(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error;
  const detail = error instanceof Error ? error.message : String(error);
  return new ProblemError({ ...offlineProblem, code: "unexpected", title: "Unexpected", detail });
}

/** Whether an error passes by itself: no answer came, or the server cannot work for the moment. */
export function isPassing(error: unknown): boolean {
  if (!(error instanceof ProblemError) || error.code === "unexpected") return false;
  return error.status === 0 || error.status >= 502;
}

/** The problem with the sentences of the reader's language, as far as there are any. */
export function inReadersWords(problem: Problem, language?: i18n): Problem {
  const errors = problem.errors?.map((error) => ({
    ...error,
    message: noticeText(refOf(error), error.message, language),
  }));
  const detail = noticeText(problem, problem.detail, language);
  return errors ? { ...problem, detail, errors } : { ...problem, detail };
}

function refOf({ code, parameters }: Partial<NoticeRef>): NoticeRef | null {
  return code ? { code, parameters: parameters ?? {} } : null;
}

/** Reads a refused answer; a body that is no problem JSON (a proxy's page) still gets a sentence. */
export function problemFrom(response: Response, body: unknown): ProblemError {
  if (typeof body === "object" && body !== null && "detail" in body) {
    const problem = body as Partial<Problem>;
    return new ProblemError(
      inReadersWords({
        ...problem,
        type: problem.type ?? "about:blank",
        title: problem.title ?? response.statusText,
        status: response.status,
        code: problem.code ?? "unknown",
        parameters: problem.parameters ?? {},
        detail: problem.detail ?? response.statusText,
      }),
    );
  }
  return new ProblemError({
    ...offlineProblem,
    status: response.status,
    title: response.statusText,
    code: response.status >= 502 ? "offline" : "unknown",
    detail: `The server answered ${response.status} ${response.statusText}.`.trim(),
  });
}
