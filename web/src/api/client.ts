import createClient, { type Middleware } from "openapi-fetch";
import { freshKey } from "@/lib/key";
import type { paths } from "./generated/schema";
import { offlineProblem, ProblemError, problemFrom } from "./problem";

const writes = new Set(["POST", "PATCH", "PUT", "DELETE"]);

const idempotency: Middleware = {
  onRequest({ request }) {
    if (writes.has(request.method) && !request.headers.has("Idempotency-Key"))
      request.headers.set("Idempotency-Key", freshKey());
    return request;
  },
  onError() {
    return new ProblemError(offlineProblem);
  },
};

/** The typed client; every path and shape comes from the API's own description. */
export const client = createClient<paths>({
  baseUrl: globalThis.location?.origin ?? "",
  // Looked up per call, so that tests may stand in for the network.
  fetch: (request) => globalThis.fetch(request),
});
client.use(idempotency);

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
