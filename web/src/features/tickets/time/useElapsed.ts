import { useEffect, useState } from "react";
import type { Timer } from "./api";

const TICK_MS = 1000;

/** The seconds of a timer, counted on from what the server said, whatever this machine's clock shows. */
export function useElapsed(timer: Timer | null | undefined): number {
  const [heard, setHeard] = useState({ timer, atMs: performance.now() });
  const [nowMs, setNowMs] = useState(() => performance.now());
  if (heard.timer !== timer) setHeard({ timer, atMs: performance.now() });
  const runs = Boolean(timer?.running_since);
  useEffect(() => {
    if (!runs) return;
    const tick = setInterval(() => setNowMs(performance.now()), TICK_MS);
    return () => clearInterval(tick);
  }, [runs]);
  if (!timer) return 0;
  return timer.seconds + (runs ? Math.max(0, Math.floor((nowMs - heard.atMs) / 1000)) : 0);
}
