import { BaseSequencer, type TestSpecification } from "vitest/node";

/**
 * The files that take longest, the longest first: half a minute to two minutes each. They start first, so that no worker begins one when
 * the others are done. (Vitest knows times of its own only where it ran before, which a fresh clone did not.)
 */
const slowest = [
  "conformance/preview/engine-truth.test.ts",
  "conformance/program/every-field.test.ts",
  "conformance/program/by-hand.test.ts",
  "conformance/scim-server/image.test.ts",
  "conformance/program/guard-rails.test.ts",
  "conformance/program/database.test.ts",
  "conformance/scim-server/crash.test.ts",
  "conformance/scim-server/inspector.test.ts",
  "conformance/checks/broken-loop.test.ts",
  "conformance/program/plain-pulumi.test.ts",
  "unit/engine/open-stack.test.ts",
  "unit/scim-server/deep-pages.test.ts",
];

/** Runs the slowest files first, the rest as vitest orders them. */
export class SlowestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.toSorted((left, right) => rank(left) - rank(right));
  }
}

function rank({ moduleId }: TestSpecification): number {
  const place = slowest.findIndex((file) => moduleId.endsWith(`/test/${file}`));
  return place === -1 ? slowest.length : place;
}
