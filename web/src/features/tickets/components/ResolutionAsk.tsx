import { lazy, Suspense } from "react";
import { useAskedMissing } from "../missingAsked";
import { useAskedResolution } from "../resolutionAsked";

const ResolutionDialog = lazy(() =>
  import("./ResolutionDialog").then((module) => ({ default: module.ResolutionDialog })),
);

const MissingDialog = lazy(() => import("./MissingDialog"));

/** Shows the question why a ticket is resolved, or for what a change lacks, once something asks it. */
export function ResolutionAsk() {
  const asked = useAskedResolution();
  const missing = useAskedMissing();
  if (!asked && !missing) return null;
  return (
    <Suspense fallback={null}>
      {asked && <ResolutionDialog onAnswer={asked.answer} />}
      {missing && <MissingDialog asked={missing} />}
    </Suspense>
  );
}
