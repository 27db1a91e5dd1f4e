import { describe, expect, test } from "vitest";
import { isTimeZone, nextRun, parseCron } from "../../../../sandbox/okta/provisioning/cron.ts";

/** The next runs of an expression after a moment, as ISO times without seconds. */
function runs(expression: string, after: string, count: number, timeZone = "UTC"): string[] {
  const cron = parseCron(expression);
  if (cron === undefined) throw new Error(`${expression} is not read`);
  const found: string[] = [];
  for (let time: Date | undefined = new Date(after); found.length < count; ) {
    time = nextRun(cron, timeZone, time);
    if (time === undefined) break;
    found.push(time.toISOString().slice(0, 16));
  }
  return found;
}

describe("cron expressions", () => {
  test.each([
    ["*/20 * * * *", ["2026-08-03T09:20", "2026-08-03T09:40", "2026-08-03T10:00"]],
    ["0 */4 * * *", ["2026-08-03T12:00", "2026-08-03T16:00", "2026-08-03T20:00"]],
    ["5,7 9-10 * * *", ["2026-08-03T09:05", "2026-08-03T09:07", "2026-08-03T10:05"]],
    ["0 0 * * 0", ["2026-08-09T00:00", "2026-08-16T00:00", "2026-08-23T00:00"]],
    ["0 6 * * 1-5/2", ["2026-08-05T06:00", "2026-08-07T06:00", "2026-08-10T06:00"]],
    ["0 0 31 * *", ["2026-08-31T00:00", "2026-10-31T00:00", "2026-12-31T00:00"]],
    ["0 0 1 * 7", ["2026-08-09T00:00", "2026-08-16T00:00", "2026-08-23T00:00"]],
    ["30 12 29 2 *", ["2028-02-29T12:30", "2032-02-29T12:30", "2036-02-29T12:30"]],
  ])("%s", (expression, expected) => {
    expect(runs(expression, "2026-08-03T09:00:00.000Z", 3)).toEqual(expected);
  });

  test.each([
    "",
    "* * * *",
    "60 * * * *",
    "* 24 * * *",
    "* * 0 * *",
    "a * * * *",
    "5-1 * * * *",
    "*/0 * * * *",
    "@daily",
  ])("%j is none", (expression) => {
    expect(parseCron(expression)).toBeUndefined();
  });

  test("a day that never comes has no run", () => {
    expect(runs("0 0 30 2 *", "2026-08-03T09:00:00.000Z", 1)).toEqual([]);
  });
});

test("times are those of the zone, and follow its clock changes", () => {
  expect(runs("30 2 * * *", "2026-03-27T12:00:00.000Z", 3, "Europe/Berlin")).toEqual([
    "2026-03-28T01:30",
    "2026-03-30T00:30",
    "2026-03-31T00:30",
  ]);
  expect(runs("0 0 * * *", "2026-10-24T12:00:00.000Z", 3, "Europe/Berlin")).toEqual([
    "2026-10-24T22:00",
    "2026-10-25T23:00",
    "2026-10-26T23:00",
  ]);
  expect(runs("0 9 * * *", "2026-01-01T00:00:00.000Z", 1, "Asia/Kolkata")).toEqual(["2026-01-01T03:30"]);
  expect([isTimeZone("America/New_York"), isTimeZone("Mars/Base")]).toEqual([true, false]);
});
