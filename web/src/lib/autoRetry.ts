import { useEffect, useRef } from "react";

/** How long a page waits before it asks a silent server again; not all pages in the same moment. */
export const AUTO_RETRY_MS = 4000 + Math.random() * 2000;

/** Tries again by itself: every few seconds while the page is looked at, and when the line is back. */
export function useAutoRetry(retry: () => void, waiting: boolean): void {
  const latest = useRef(retry);
  latest.current = retry;
  useEffect(() => {
    if (!waiting) return;
    const again = () => {
      if (!document.hidden) latest.current();
    };
    const timer = setInterval(again, AUTO_RETRY_MS);
    window.addEventListener("online", again);
    document.addEventListener("visibilitychange", again);
    return () => {
      clearInterval(timer);
      window.removeEventListener("online", again);
      document.removeEventListener("visibilitychange", again);
    };
  }, [waiting]);
}
