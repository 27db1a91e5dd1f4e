import { stripVTControlCharacters } from "node:util";
import type { Reporter, TestCase, TestModule } from "vitest/node";

/**
 * Tells, after the run, which tests passed only when they were tried again, and what they failed with first. Such a test has found a
 * race, in itself or in the product: it is to be mended, not to be ignored.
 */
export class RetriedTests implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const retried = modules.flatMap((module) => [...module.children.allTests()]).filter(isRetried);
    if (retried.length === 0) return;
    const lines = retried.flatMap((test) => [
      `  ${test.module.relativeModuleId} > ${test.fullName}`,
      ...failuresOf(test),
    ]);
    process.stdout.write(`\nPassed only when tried again (a race to be mended):\n${lines.join("\n")}\n`);
  }
}

function isRetried(test: TestCase): boolean {
  return test.diagnostic()?.flaky === true;
}

function failuresOf(test: TestCase): string[] {
  const failures = (test.result().errors ?? []).map(({ message, stacks }) => {
    const at = stacks?.[0];
    return `${message}${at === undefined ? "" : ` (${at.file}:${at.line})`}`;
  });
  return failures.map((failure) => stripVTControlCharacters(failure).replaceAll(/^/gm, "    "));
}
