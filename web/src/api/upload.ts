import { randomKey } from "@/lib/randomKey";
import { sessionEnd } from "@/lib/sessionEnd";
import { offlineProblem, ProblemError, problemFrom } from "./problem";
import type { Attachment } from "./types";

type Upload<T> = { done: Promise<T>; cancel: () => void };

/** The server takes eight of one person at once; another window shall have some, too. */
const MOST_AT_ONCE = 3;
/** Refusals that pass by themselves while nothing is wrong with the file. */
const passing = new Set(["too_many_uploads", "uploads_busy", "draining"]);
const MOST_TRIES = 6;
/** Refusals of this very file: sending it again would end the same way. */
const lasting = new Set(["file_infected", "file_not_scanned", "too_large", "validation_failed"]);

/** Whether a file that was refused may be taken another time. */
export function mayRetryUpload(problem: ProblemError): boolean {
  return !lasting.has(problem.code);
}

let underWay = 0;
const waiting: (() => void)[] = [];

function startNext(): void {
  while (underWay < MOST_AT_ONCE) {
    const start = waiting.shift();
    if (!start) return;
    underWay += 1;
    start();
  }
}

/**
 * Sends one file, when it is its turn; `onProgress` hears the share that is up, 0 to 1.
 * While the server is busy it is sent again by itself.
 */
export function uploadFile<T = Attachment>(
  file: File,
  onProgress: (share: number) => void,
  address = "/api/v1/attachments",
): Upload<T> {
  let cancelled = false;
  let abort = () => {};
  const sent = async (): Promise<T> => {
    for (let tries = 1; ; tries += 1) {
      const attempt = sendOnce<T>(file, onProgress, address);
      abort = attempt.cancel;
      try {
        return await attempt.done;
      } catch (error) {
        const again = error instanceof Refused && passing.has(error.code) && tries < MOST_TRIES;
        if (!again || cancelled) throw error;
        await new Promise((resume) =>
          setTimeout(resume, error.retryAfterMs * (0.5 + Math.random())),
        );
        if (cancelled) throw error;
      }
    }
  };
  let start = () => {};
  const turn = new Promise<void>((resolve) => {
    start = resolve;
  });
  const done = turn.then(sent).finally(() => {
    underWay -= 1;
    startNext();
  });
  waiting.push(start);
  startNext();
  const cancel = () => {
    cancelled = true;
    const place = waiting.indexOf(start);
    if (place >= 0) waiting.splice(place, 1);
    abort();
  };
  return { done, cancel };
}

class Refused extends ProblemError {
  readonly retryAfterMs: number;

  constructor(refusal: ProblemError, retryAfter: string | null) {
    super(refusal.problem);
    this.retryAfterMs = 1000 * (Number(retryAfter) || 2);
  }
}

/** XMLHttpRequest, because fetch tells nothing about what has been sent. */
function sendOnce<T>(file: File, onProgress: (share: number) => void, address: string): Upload<T> {
  const request = new XMLHttpRequest();
  const done = new Promise<T>((resolve, reject) => {
    request.open("POST", address);
    request.setRequestHeader("Idempotency-Key", randomKey());
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) onProgress(event.loaded / event.total);
    };
    request.onload = () => {
      const body = parsed(request.responseText);
      if (request.status < 300) resolve(body as T);
      else {
        const refusal = problemFrom(new Response(null, { status: request.status }), body);
        if (refusal.code === "not_signed_in") sessionEnd.tell();
        reject(new Refused(refusal, request.getResponseHeader("Retry-After")));
      }
    };
    request.onerror = () => reject(new ProblemError(offlineProblem));
    request.onabort = () => reject(new ProblemError(offlineProblem));
    const form = new FormData();
    form.append("file", file, file.name);
    request.send(form);
  });
  return { done, cancel: () => request.abort() };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
