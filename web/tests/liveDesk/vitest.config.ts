import { defineConfig } from "vitest/config";
import base from "../../vite.config";

/** For the test that api/tests/live/test_state_and_events.py runs: it needs a desk that it starts. */
export default defineConfig({
  resolve: (base as { resolve?: object }).resolve,
  define: (base as { define?: Record<string, unknown> }).define,
  test: {
    environment: "happy-dom",
    include: ["tests/liveDesk/*.driven.ts"],
    setupFiles: ["tests/setup.ts"],
    testTimeout: 600_000,
  },
});
