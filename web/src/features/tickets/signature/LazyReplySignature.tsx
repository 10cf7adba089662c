import { lazy, Suspense } from "react";

const ReplySignature = lazy(() => import("./ReplySignature"));

/** What will stand below the reply that is being written; drawn once its code has come. */
export function LazyReplySignature({ number }: { number: number }) {
  return (
    <Suspense fallback={null}>
      <ReplySignature number={number} />
    </Suspense>
  );
}
