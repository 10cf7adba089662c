import { QueryClient } from "@tanstack/react-query";
import { ProblemError } from "@/api/problem";

const STALE_MS = 30_000;
const KEPT_MS = 10 * 60_000;
const RETRIES = 2;

/** A refusal stands; only a server that did not answer is asked again. */
function worthRetrying(failures: number, error: Error): boolean {
  const answered = error instanceof ProblemError && error.status > 0 && error.status < 502;
  return !answered && failures < RETRIES;
}

/** The cache: what is known is shown at once and refreshed behind. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: STALE_MS,
        gcTime: KEPT_MS,
        retry: worthRetrying,
        networkMode: "always",
      },
      mutations: { networkMode: "always" },
    },
  });
}
