import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { playAdministrator } from "../../../src/operations/console-gate.ts";
import { readOutputs } from "../../../src/operations/stack-outputs.ts";
import { readStackInput } from "../../../src/operations/stack-session.ts";

const typed: (string | null)[] = [];
const console = createServer((request, response) => {
  let body = "";
  request.setEncoding("utf8").on("data", (text: string) => {
    body += text;
  });
  request.on("end", () => {
    typed.push(new URLSearchParams(body).get("token"));
    response.end(JSON.stringify({ ok: true }));
  });
});

let folder: string;
beforeEach(async () => {
  typed.length = 0;
  folder = mkdtempSync(join(tmpdir(), "okta-scim-gate-"));
  mkdirSync(join(folder, "stacks", "dev"), { recursive: true });
  mkdirSync(join(folder, ".sandbox", "okta"), { recursive: true });
  writeFileSync(join(folder, "Pulumi.dev.yaml"), "config:\n  okta-scim:org: sandbox\n");
  await new Promise<void>((resolve) => console.listen(0, "127.0.0.1", resolve));
  const listening = console.address();
  const port = typeof listening === "object" && listening !== null ? listening.port : 0;
  const url = `http://127.0.0.1:${port}`;
  writeFileSync(
    join(folder, ".sandbox", "okta", "address.json"),
    JSON.stringify({ url, adminUrl: `${url}/admin`, apiToken: "unused", pid: process.pid }),
  );
});
afterEach(() => {
  console.closeAllConnections();
  console.close();
  rmSync(folder, { recursive: true, force: true });
});

it.each([
  ["header", "Bearer the-token"],
  ["bearer", "the-token"],
])("with %s authentication the administrator types what the steps say", async (authentication, expected) => {
  const spec = {
    version: 1,
    app: { label: "CRM", catalogName: "scim2headerauth" },
    server: { bundled: { publicUrl: "http://127.0.0.1:8601/crm" } },
    connection: { management: "manual", authentication },
  };
  writeFileSync(join(folder, "stacks", "dev", "crm.yaml"), JSON.stringify(spec));
  const outputs = readOutputs({ connectionTokens: { value: { crm: "the-token" }, secret: true } });
  await playAdministrator(readStackInput(folder, "dev"), outputs, {
    name: "crm",
    appId: "0oa1crm",
    steps: [],
  });
  expect(typed).toEqual([expected]);
});
