import { type ErrorComponentProps, useRouter } from "@tanstack/react-router";
import { isPassing, offlineProblem, ProblemError } from "@/api/problem";
import { useAutoRetry } from "@/lib/autoRetry";
import { ErrorState } from "@/ui/States";
import { isMissingPart, reloadForParts } from "./freshPage";

const silent = new ProblemError(offlineProblem);

/** A screen that could not be made, with another try; it comes back by itself when the server does. */
export function CrashScreen({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  const missing = isMissingPart(error);
  const retry = () => {
    // A part that failed is never asked for again by this page.
    if (missing) return void reloadForParts(window);
    reset();
    void router.invalidate();
  };
  useAutoRetry(retry, missing || isPassing(error));
  return <ErrorState error={missing ? silent : error} onRetry={retry} />;
}
