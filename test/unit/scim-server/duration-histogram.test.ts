import { Histogram, Registry } from "prom-client";
import { expect, test } from "vitest";
import { DurationHistogram } from "../../../scim-server/src/operation/duration-histogram.ts";

test("a histogram reads as prom-client's own, bounds and escaped labels included", async () => {
  const bounds = [0.001, 0.01, 0.5];
  const registry = new Registry();
  const name = "request_seconds";
  const reference = new Histogram({
    name,
    help: "Time to answer",
    labelNames: ["method", "route"],
    buckets: bounds,
    registers: [registry],
  });
  const histogram = new DurationHistogram(name, "Time to answer", bounds);
  const labels = [
    { method: "GET", route: "/:tenant/scim/v2/Users" },
    { method: "POST", route: 'with "quotes", \\ and\nbreaks' },
  ];
  for (const label of labels) {
    for (const seconds of [0, 0.001, 0.0011, 0.25, 0.5, 7, 7.5]) {
      reference.observe(label, seconds);
      histogram.seriesOf(label).observe(seconds);
    }
  }
  expect(histogram.render().trim()).toBe((await registry.metrics()).trim());
});
