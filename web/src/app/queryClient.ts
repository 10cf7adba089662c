import { QueryClient } from "@tanstack/react-query";
import { isPassing, ProblemError } from "@/api/problem";
import { AUTO_RETRY_MS } from "@/lib/autoRetry";

const STALE_MS = 30_000;
const KEPT_MS = 10 * 60_000;
const RETRIES = 2;

/** A refusal stands; only a server that did not answer is asked again. */
function worthRetrying(failures: number, error: Error): boolean {
  const answered = error instanceof ProblemError && !isPassing(error);
  return !answered && failures < RETRIES;
}

/** What is shown comes back by itself once the server answers, whether it was there before or not. */
function whenItFailed({ state }: { state: { status: string; error: Error | null } }) {
  return state.status === "error" && isPassing(state.error) ? AUTO_RETRY_MS : false;
}

/** The cache: what is known is shown at once and refreshed behind. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: STALE_MS,
        gcTime: KEPT_MS,
        retry: worthRetrying,
        refetchInterval: whenItFailed,
        networkMode: "always",
      },
      mutations: { networkMode: "always" },
    },
  });
}
