import { writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import type { Reporter, TestCase, TestModule } from "vitest/node";

interface ReportedTest {
  test: string;
  text: string;
}

/**
 * Tells `./atum test` what Vitest found: failures, tests that passed only when run once more,
 * and tests left out. api/tests/suite/parts.py reads the file that ATUM_WEB_REPORT names.
 */
export default class SuiteReporter implements Reporter {
  private began = performance.now();

  onTestRunEnd(modules: readonly TestModule[]) {
    const file = process.env.ATUM_WEB_REPORT;
    if (!file) return;
    const cases = modules.flatMap((module) => [...module.children.allTests()]);
    const unread = modules.flatMap((module) =>
      module.errors().map((error) => ({ test: moduleName(module), text: error.message })),
    );
    const failed = cases.filter((test) => test.result().state === "failed").map(told);
    const report = {
      name: "web/tests",
      tests: cases.length,
      seconds: (performance.now() - this.began) / 1000,
      failed: [...failed, ...unread],
      flaky: cases.filter((test) => test.diagnostic()?.flaky).map(told),
      skips: [
        ...cases.filter((test) => test.result().state === "skipped").map(skip),
        ...empty(modules),
      ],
    };
    writeFileSync(file, JSON.stringify(report));
  }
}

function told(test: TestCase): ReportedTest {
  const errors = test.result().errors ?? [];
  return { test: name(test), text: errors.map((one) => one.stack ?? one.message).join("\n") };
}

function skip(test: TestCase) {
  const result = test.result();
  const reason = (result.state === "skipped" && result.note) || `it.${test.options.mode}`;
  return { test: name(test), reason, kind: test.options.mode === "todo" ? "todo" : "skipped" };
}

/** A file without a test that was collected is left out, too. */
function empty(modules: readonly TestModule[]) {
  return modules
    .filter((module) => module.children.size === 0 && module.errors().length === 0)
    .map((module) => ({
      test: moduleName(module),
      reason: "no test of this file was collected",
      kind: "not collected",
    }));
}

function name(test: TestCase): string {
  return `${moduleName(test.module)}::${test.fullName}`;
}

function moduleName(module: TestModule): string {
  return join("web", relative(process.cwd(), module.moduleId));
}
