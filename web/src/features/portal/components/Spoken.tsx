import { lazy, type ReactNode, Suspense } from "react";

// A portal without forms of its own needs none of it.
const FormLanguage = lazy(() => import("./FormLanguage"));

/** Speaks a form's language; without one that of the screen. */
export function Spoken({ language, children }: { language?: string; children: ReactNode }) {
  if (!language) return children;
  return (
    <Suspense>
      <FormLanguage language={language}>{children}</FormLanguage>
    </Suspense>
  );
}
