import { type ErrorComponentProps, useRouter } from "@tanstack/react-router";
import { ErrorState } from "@/ui/States";

/** A screen that could not be made, with another try. */
export function CrashScreen({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  const retry = () => {
    reset();
    void router.invalidate();
  };
  return <ErrorState error={error} onRetry={retry} />;
}
