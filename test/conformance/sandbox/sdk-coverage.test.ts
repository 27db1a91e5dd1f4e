import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { ENDPOINTS } from "../../../sandbox/okta/management-api/management-api.ts";

const OPERATION = /async (\w+)\([^)]*\) \{[\s\S]*?const path = '([^']*)';[\s\S]*?HttpMethodEnum\.(\w+)/g;

/** Emulated endpoints that the Node SDK has no operation for. */
const NOT_OFFERED = [
  "GET /api/v1/internal/apps/:appId/settings/oauth/idToken",
  "POST /api/v1/internal/apps/:appId/settings/oauth/idToken",
  "GET /api/v1/apps/:appId/user/types",
  "PUT /api/internal/v1/mappings/reapply",
];

/** What the installed Node SDK offers: `METHOD /path` with parameters as `{}`, and the names of the operations. */
function readOperations(): ReadonlyMap<string, ReadonlySet<string>> {
  const folder = join(
    dirname(createRequire(import.meta.url).resolve("@okta/okta-sdk-nodejs/package.json")),
    "src/generated/apis",
  );
  const operations = new Map<string, Set<string>>();
  for (const file of readdirSync(folder).filter((name) => name.endsWith(".js"))) {
    for (const [, name, path, method] of readFileSync(join(folder, file), "utf8").matchAll(OPERATION)) {
      const key = `${method} ${path?.replaceAll(/\{\w+\}/g, "{}")}`;
      operations.set(key, (operations.get(key) ?? new Set()).add(name ?? ""));
    }
  }
  return operations;
}

test("the tests call each operation that the Node SDK has for an emulated endpoint", () => {
  const operations = readOperations();
  const here = new URL(".", import.meta.url);
  const called = new Set(
    readdirSync(here)
      .filter((name) => name.startsWith("sdk-"))
      .flatMap((name) => [...readFileSync(new URL(name, here), "utf8").matchAll(/client\.\w+Api\.(\w+)\(/g)])
      .map(([, operation]) => operation ?? ""),
  );
  const missing: string[] = [];
  const notOffered: string[] = [];
  for (const { method, path } of ENDPOINTS) {
    const names = operations.get(`${method} ${path.replaceAll(/:\w+/g, "{}")}`);
    if (names === undefined) notOffered.push(`${method} ${path}`);
    else if (![...names].some((name) => called.has(name))) missing.push(`${method} ${path}`);
  }
  expect(operations.size).toBeGreaterThan(500);
  expect(missing).toEqual([]);
  expect(notOffered.toSorted()).toEqual(NOT_OFFERED.toSorted());
});
