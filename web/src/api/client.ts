import createClient, { type Middleware } from "openapi-fetch";
import { randomKey } from "@/lib/randomKey";
import { sessionEnd } from "@/lib/sessionEnd";
import type { paths } from "./generated/schema";
import { offlineProblem, ProblemError, problemFrom } from "./problem";

const writes = new Set(["POST", "PATCH", "PUT", "DELETE"]);

const idempotency: Middleware = {
  onRequest({ request }) {
    if (writes.has(request.method) && !request.headers.has("Idempotency-Key"))
      request.headers.set("Idempotency-Key", randomKey());
    return request;
  },
  onError() {
    return new ProblemError(offlineProblem);
  },
};

const NOT_SIGNED_IN = 401;

/** An open page learns from whatever it asks next that its session is over. */
const watchSession: Middleware = {
  async onResponse({ response }) {
    if (response.status !== NOT_SIGNED_IN) return;
    const problem = await response
      .clone()
      .json()
      .catch(() => null);
    if (problem?.code === "not_signed_in") sessionEnd.tell();
  },
};

const TRIES_WHILE_DRAINING = 6;

/**
 * A write refused because the desk is being moved to another release is sent again, with the same
 * key: nothing was changed, and it is a matter of seconds.
 */
async function fetchPatiently(request: Request): Promise<Response> {
  for (let tries = 1; ; tries += 1) {
    // Sending a request uses up its body.
    const response = await globalThis.fetch(writes.has(request.method) ? request.clone() : request);
    if (tries === TRIES_WHILE_DRAINING || !(await isDraining(response))) return response;
    const longestMs = 1000 * Number(response.headers.get("Retry-After") ?? 2);
    await new Promise((resume) => setTimeout(resume, longestMs * (0.5 + Math.random() / 2)));
  }
}

async function isDraining(response: Response): Promise<boolean> {
  if (response.status !== 503) return false;
  const problem = await response
    .clone()
    .json()
    .catch(() => null);
  return problem?.code === "draining";
}

/** The typed client; every path and shape comes from the API's own description. */
export const client = createClient<paths>({
  baseUrl: globalThis.location?.origin ?? "",
  // Looked up per call, so that tests may stand in for the network.
  fetch: fetchPatiently,
});
client.use(idempotency, watchSession);

type Answered<T> = { data?: T; error?: unknown; response: Response };

/** The body of an answer; throws ProblemError when it was refused. */
export async function read<T>(answer: Promise<Answered<T>>): Promise<T> {
  const { data, error, response } = await answer;
  if (!response.ok) throw problemFrom(response, error);
  return data as T;
}

/** A write's body together with the id of the change it made (null where it made none). */
export type Written<T> = { data: T; changeId: number | null };

export async function write<T>(answer: Promise<Answered<T>>): Promise<Written<NonNullable<T>>> {
  const { data, error, response } = await answer;
  if (!response.ok) throw problemFrom(response, error);
  const header = response.headers.get("X-Change-Id");
  return { data: data as NonNullable<T>, changeId: header === null ? null : Number(header) };
}
