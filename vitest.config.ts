import { defineConfig } from "vitest/config";
import { RetriedTests } from "./test/retried-tests.ts";
import { SlowestFirst } from "./test/slowest-first.ts";

/** Where CI wants the counts: a folder that gets a file per npm script. */
const resultsFolder = process.env["OKTA_SCIM_TEST_RESULTS"];
const resultsFile =
  resultsFolder === undefined
    ? undefined
    : `${resultsFolder}/${(process.env["npm_lifecycle_event"] ?? "test").replace(":", "-")}.json`;

/** In CI, one race among 1,500 tests on a busy machine must not refuse a change; which tests it hit is told at the end of the run. */
const retry = resultsFolder === undefined ? 0 : 1;

/** Three projects, from quick to real: units, conformance over HTTP, and the whole product end to end. */
export default defineConfig({
  test: {
    reporters: ["default", new RetriedTests(), ...(resultsFile === undefined ? [] : ["json"])],
    ...(resultsFile === undefined ? {} : { outputFile: { json: resultsFile } }),
    // Most tests wait for processes that they start. Vitest would leave one of two processors without work.
    maxWorkers: "100%",
    sequence: { sequencer: SlowestFirst },
    projects: [
      {
        test: {
          name: "unit",
          include: ["test/unit/**/*.test.ts"],
          retry,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: "conformance",
          include: ["test/conformance/**/*.test.ts"],
          retry,
          testTimeout: 240_000,
          hookTimeout: 240_000,
        },
      },
      {
        test: {
          name: "e2e",
          include: ["test/e2e/**/*.test.ts"],
          retry,
          testTimeout: 600_000,
          hookTimeout: 600_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
