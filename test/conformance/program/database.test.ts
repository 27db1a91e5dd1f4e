import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { findInstalledEngine } from "../../../src/engine/find-engine.ts";
import { deriveConnectionToken } from "../../../src/program/connection-token.ts";
import { ScimClient } from "../../../src/scim/scim-client.ts";
import { findPostgres, TemporaryPostgres } from "../scim-server/support/postgres.ts";
import { findFreePort, OwnStack } from "./support/own-stack.ts";

const engine = await findInstalledEngine({});
const programs = findPostgres();

let postgres: TemporaryPostgres;
let storageUrl: string;
let own: OwnStack;
const told: string[] = [];
const receiver = createServer((request, response) => {
  let body = "";
  request.on("data", (chunk: Buffer) => {
    body += chunk.toString();
  });
  request.on("end", () => {
    told.push(body);
    response.end();
  });
});

beforeAll(async () => {
  if (programs === undefined) return;
  postgres = await TemporaryPostgres.start(programs);
  storageUrl = await postgres.createDatabase();
  const hookPort = await findFreePort();
  await new Promise<void>((resolve) => receiver.listen(hookPort, "127.0.0.1", resolve));
  own = await OwnStack.create({
    replicas: 2,
    config: { "okta-scim:storageUrl": storageUrl },
    specs: (port) => ({
      payroll: {
        version: 1,
        app: { label: "Payroll", catalogName: "scim2headerauth" },
        server: {
          bundled: {
            publicUrl: `http://127.0.0.1:${port}/payroll`,
            webhooks: [{ id: "hr", url: `http://127.0.0.1:${hookPort}/`, maxAttempts: 3 }],
            changes: { values: ["userName"], keepDays: 30, keepCount: 1000 },
          },
        },
        connection: { management: "api" },
        assignments: { groups: [{ group: "Finance" }] },
      },
    }),
  });
});
afterAll(async () => {
  await own?.remove();
  await postgres?.stop();
  receiver.close();
});

describe.skipIf(!("command" in engine) || programs === undefined)("a SCIM server on PostgreSQL", () => {
  it("runs more than once, holds the same people on every port, and tells its receivers", async () => {
    const { outputs } = await own.up();
    const addresses = [own.serverPort, own.serverPort + 1].map((port) => `http://127.0.0.1:${port}`);
    expect(outputs.server).toMatchObject({ address: addresses[0], addresses });

    const tokenKey = readFileSync(join(own.folder, ".sandbox/token-key"), "utf8").trim();
    const token = deriveConnectionToken(tokenKey, { stack: "dev", tenant: "payroll", version: 1 });
    const [first, second] = await Promise.all(
      addresses.map(async (address) => {
        const scim = new ScimClient({
          baseUrl: `${address}/payroll/scim/v2`,
          authorization: `Bearer ${token}`,
        });
        return (await Array.fromAsync(scim.users.all())).map(({ userName }) => userName).sort();
      }),
    );
    expect(first?.length).toBeGreaterThan(5);
    expect(second).toEqual(first);
    await vi.waitFor(() => expect(told.join()).toContain(first?.[0] ?? "nobody"), { timeout: 20_000 });
  });

  it("keeps the database's password and the signing secret out of state, log and outputs", async () => {
    const state = readFileSync(
      join(own.folder, ".sandbox/pulumi/state/.pulumi/stacks/okta-scim/dev.json"),
      "utf8",
    );
    const outputs = await own.run(({ opened }) => opened.outputs());
    const secret = z.object({ payroll: z.object({ hr: z.string().min(40) }) });
    const { payroll } = secret.parse(outputs["webhookSecrets"]?.value);
    expect(state).not.toContain(payroll.hr);
    expect(state).not.toContain(storageUrl);
    expect(own.lines.join()).not.toContain(payroll.hr);
  });

  it("is replaced where it gets more memory: the plugin can't make Docker grow it in place", async () => {
    own.configure({
      "okta-scim:server": {
        port: own.serverPort,
        namePrefix: `okta-scim-own-${own.serverPort}`,
        replicas: 2,
        memoryMegabytes: 2048,
      },
    });
    const preview = await own.run(({ opened }) => opened.preview());
    expect(preview.changes).toMatchObject({ replace: 2 });
    expect(preview.changes).not.toHaveProperty("update");
  });

  it("is refused more than once without a database", async () => {
    own.configure({ "okta-scim:storageUrl": undefined });
    await expect(own.up()).rejects.toMatchObject({
      name: "InvalidSpecError",
      issues: [{ message: expect.stringMatching(/`replicas: 2` needs a database that the servers share/) }],
    });
  });
});
