import { lazy, Suspense } from "react";
import { useAskedResolution } from "../resolutionAsked";

const ResolutionDialog = lazy(() =>
  import("./ResolutionDialog").then((module) => ({ default: module.ResolutionDialog })),
);

/** Shows the question why a ticket is resolved, once something asks it. */
export function ResolutionAsk() {
  const asked = useAskedResolution();
  if (!asked) return null;
  return (
    <Suspense fallback={null}>
      <ResolutionDialog onAnswer={asked.answer} />
    </Suspense>
  );
}
