import { execFile, spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { ENDPOINTS } from "../../../sandbox/okta/management-api/management-api.ts";
import { startOrg } from "./start-org.ts";

const run = promisify(execFile);
const MODULE = fileURLToPath(new URL("./go-sdk/", import.meta.url));
/** CI has Go, because the engine is built with it where it cannot be downloaded. */
const HAS_GO = spawnSync("go", ["version"]).status === 0;

const line = z.union([
  z.object({ sdk: z.string(), call: z.string(), error: z.string() }),
  z.object({ requests: z.array(z.string()) }),
]);

/** Emulated endpoints that these versions of the SDKs do not offer. */
const NOT_OFFERED = [
  "GET /.well-known/okta-organization",
  "GET /api/v1/apps/{appId}/connections/default/jwks",
  "GET /api/v1/apps/{appId}/group-push/mappings",
  "POST /api/v1/apps/{appId}/group-push/mappings",
  "GET /api/v1/apps/{appId}/group-push/mappings/{mappingId}",
  "PATCH /api/v1/apps/{appId}/group-push/mappings/{mappingId}",
  "DELETE /api/v1/apps/{appId}/group-push/mappings/{mappingId}",
  "GET /api/v1/apps/{appId}/user/types",
  "GET /api/v1/internal/apps/{appId}/settings/oauth/idToken",
  "POST /api/v1/internal/apps/{appId}/settings/oauth/idToken",
  "PUT /api/internal/v1/mappings/reapply",
];

// Compiling the two SDKs takes most of a minute where Go has not kept them.
describe.skipIf(!HAS_GO)(
  HAS_GO ? "Okta's Go SDKs" : "Okta's Go SDKs (skipped: no go on this machine)",
  () => {
    let folder = "";
    const failures: string[] = [];
    const calls = new Map<string, number>();
    let requests: readonly string[] = [];

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), "okta-scim-go-sdk-"));
      const binary = join(folder, "go-sdk");
      await run("go", ["build", "-mod=readonly", "-o", binary, "."], { cwd: MODULE, timeout: 280_000 });
      const org = await startOrg();
      try {
        const { stdout } = await run(binary, [], {
          env: { ...process.env, ORG_URL: org.url, API_TOKEN: org.token },
          timeout: 180_000,
        });
        for (const text of stdout.trim().split("\n")) {
          const value = line.parse(JSON.parse(text));
          if ("requests" in value) requests = value.requests;
          else {
            calls.set(value.sdk, (calls.get(value.sdk) ?? 0) + 1);
            if (value.error !== "") failures.push(`${value.sdk} ${value.call}: ${value.error}`);
          }
        }
      } finally {
        await org.stop();
      }
    }, 360_000);
    afterAll(async () => {
      await rm(folder, { recursive: true, force: true });
    });

    test("make their calls, parse every answer and know every error", () => {
      expect(failures).toEqual([]);
      expect(Math.min(calls.get("v2") ?? 0, calls.get("v5") ?? 0)).toBeGreaterThan(80);
    });

    test("call every endpoint that they offer", () => {
      const called = new Set(requests);
      const missed = ENDPOINTS.filter(({ method, path }) => {
        const pattern = new RegExp(`^${method} ${path.replaceAll(/:\w+/g, "[^/]+")}$`);
        return ![...called].some((request) => pattern.test(request));
      }).map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, "{$1}")}`);
      expect(missed.toSorted()).toEqual(NOT_OFFERED.toSorted());
    });
  },
);
