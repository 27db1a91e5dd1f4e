import { expect, test } from "vitest";
import { FAULT_DEFAULTS, FaultRegistry } from "../../../../sandbox/okta/provisioning/fault-registry.ts";

test("faults choose by app, method, path and share, and are used up", () => {
  const numbers = [0.9, 0.1];
  const faults = new FaultRegistry(() => numbers.shift() ?? 0);
  const subject = { target: "scim", appId: "a", method: "GET", path: "/scim/v2/Users" } as const;
  faults.add({ ...FAULT_DEFAULTS, kind: "slow", appId: "b" });
  faults.add({ ...FAULT_DEFAULTS, kind: "slow", method: "POST" });
  faults.add({ ...FAULT_DEFAULTS, kind: "slow", path: "/Groups" });
  faults.add({ ...FAULT_DEFAULTS, kind: "slow", target: "api" });
  expect(faults.take(subject)).toBeUndefined();
  const half = faults.add({ ...FAULT_DEFAULTS, kind: "refused", probability: 0.5, remaining: 1 });
  expect(faults.take(subject)).toBeUndefined();
  expect(faults.take(subject)).toMatchObject({ id: half.id, hits: 1, remaining: 0 });
  expect(faults.take(subject)).toBeUndefined();
  expect(faults.list()).toHaveLength(4);
});
