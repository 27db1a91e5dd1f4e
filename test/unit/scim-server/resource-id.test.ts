import { expect, test } from "vitest";
import { createResourceId } from "../../../scim-server/src/protocol/resource-id.ts";

test("ids are UUIDs of version 7 that begin with the time", () => {
  const now = Date.now() + 60_000;
  const id = createResourceId(now);
  expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(Number.parseInt(id.replace("-", "").slice(0, 12), 16)).toBe(now);
});

test("ids ascend: many of a millisecond, and also when the clock is set back", () => {
  const now = Date.now() + 120_000;
  const ids = Array.from({ length: 10_000 }, () => createResourceId(now));
  ids.push(createResourceId(now - 50_000), createResourceId(now + 1));
  expect(ids.toSorted()).toEqual(ids);
  expect(new Set(ids).size).toBe(ids.length);
});
