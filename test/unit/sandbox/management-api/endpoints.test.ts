import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { ENDPOINTS } from "../../../../sandbox/okta/management-api/management-api.ts";

test("docs/sandbox.md has every endpoint, and no other", () => {
  const documented = [
    ...readFileSync("docs/sandbox.md", "utf8").matchAll(
      /^\| `(GET|POST|PUT|PATCH|DELETE) (\/(?!sandbox\/)[^`]*)` \|/gm,
    ),
  ]
    .map(([, method, path]) => `${method} ${path}`)
    .toSorted();
  const emulated = ENDPOINTS.map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, "{$1}")}`);
  expect(documented).toEqual([...emulated, "POST /oauth2/v1/token"].toSorted());
});

test("no endpoint is there twice", () => {
  const shapes = ENDPOINTS.map(({ method, path }) => `${method} ${path.replaceAll(/:\w+/g, ":")}`);
  expect(new Set(shapes).size).toBe(shapes.length);
});
