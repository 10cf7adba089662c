import { defineConfig, mergeConfig } from "vitest/config";
import base from "./vite.config";

/** How slow the machine is; `./atum test` measures it (api/tests/suite/machine_speed.py). */
const slowness = Number(process.env.ATUM_TEST_SLOWNESS ?? 1);

export default mergeConfig(
  base,
  defineConfig({
    test: {
      environment: "happy-dom",
      include: ["tests/**/*.test.{ts,tsx}"],
      setupFiles: ["tests/setup.ts"],
      css: { modules: { classNameStrategy: "non-scoped" } },
      testTimeout: 15000 * slowness,
      hookTimeout: 10000 * slowness,
      allowOnly: false,
      // Its own default leaves one core alone, which of two is half of the machine.
      maxWorkers: "100%",
    },
  }),
);
