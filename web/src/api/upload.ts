import { freshKey } from "@/lib/key";
import { offlineProblem, ProblemError, problemFrom } from "./problem";
import type { Attachment } from "./types";

type Upload<T> = { done: Promise<T>; cancel: () => void };

/**
 * Sends one file; `onProgress` hears the share that is up, 0 to 1.
 * XMLHttpRequest, because fetch tells nothing about what has been sent.
 */
export function uploadFile<T = Attachment>(
  file: File,
  onProgress: (share: number) => void,
  address = "/api/v1/attachments",
): Upload<T> {
  const request = new XMLHttpRequest();
  const done = new Promise<T>((resolve, reject) => {
    request.open("POST", address);
    request.setRequestHeader("Idempotency-Key", freshKey());
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) onProgress(event.loaded / event.total);
    };
    request.onload = () => {
      const body = parsed(request.responseText);
      if (request.status < 300) resolve(body as T);
      else reject(problemFrom(new Response(null, { status: request.status }), body));
    };
    request.onerror = () => reject(new ProblemError(offlineProblem));
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
