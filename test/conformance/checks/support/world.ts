import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { request } from "undici";
import { z } from "zod";
import type { AppCheckPlan, CheckPlan } from "../../../../src/checks/check-plan.ts";
import type { CheckReport } from "../../../../src/checks/check-report.ts";
import { type CheckOptions, runChecks } from "../../../../src/checks/run-checks.ts";
import { createOktaClient, type OktaClient } from "../../../../src/okta/okta-client.ts";
import { ScimClient } from "../../../../src/scim/scim-client.ts";
import { BreakingProxy } from "./breaking-proxy.ts";
import { CertificateAuthority } from "./certificate-authority.ts";
import { readIfThere, startProcess } from "./start-process.ts";

const enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
const token = "Kx-Token-With-Letters-0123456789";
const addressSchema = z.object({ url: z.string(), apiToken: z.string() });
const anyObject = z.looseObject({ id: z.string().optional() });

/** An emulated org and a SCIM server with one app between them, onboarded and settled; the SCIM server is behind a breaking TLS proxy. */
export interface World {
  readonly okta: OktaClient;
  /** Straight to the SCIM server, past the proxy. */
  readonly scim: ScimClient;
  readonly proxy: BreakingProxy;
  /** Who signed the proxy's certificate; checks and org trust it. */
  readonly authority: CertificateAuthority;
  readonly plan: CheckPlan;
  readonly app: AppCheckPlan;
  /** A bare call of the Management API or the emulator's control API. */
  readonly call: (
    method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE",
    path: string,
    body?: unknown,
  ) => Promise<CalledAnswer>;
  /** Every exchange with the org so far, as `GET /api/v1/apps/…`. */
  readonly calls: readonly string[];
  /** Waits until provisioning is idle. */
  readonly drain: () => Promise<void>;
  /** Runs the checks, patient enough for a busy machine, as within an update that began at `since` or now, or without one (`isUpdate: false`); `change` makes another plan of the app's, or several. */
  readonly check: (
    options?: CheckOptions & { readonly since?: string; readonly isUpdate?: boolean },
    change?: (app: AppCheckPlan) => AppCheckPlan | readonly AppCheckPlan[],
  ) => Promise<CheckReport>;
  readonly stop: () => Promise<void>;
}

export interface CalledAnswer {
  readonly status: number;
  readonly json: z.infer<typeof anyObject>;
}

/** Starts everything in a folder of its own. */
export async function startWorld(): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), "okta-scim-checks-"));
  const authority = new CertificateAuthority();
  const { org, server } = await startBoth(folder, authority);
  const proxy = await BreakingProxy.start(server.ready, authority.issue({ hostName: "localhost" }));
  const calls: string[] = [];
  const okta = createOktaClient({
    orgUrl: org.ready.url,
    observe: (next) => (exchange) => {
      calls.push(`${exchange.method} ${exchange.path}`);
      return next(exchange);
    },
    credentials: { kind: "api-token", apiToken: org.ready.apiToken },
    rateLimitShare: 1,
  });
  const call = createCaller(org.ready);
  const app = await onboard(call, okta, `${proxy.url}/payroll`);
  const plan: CheckPlan = { stack: "dev", orgUrl: org.ready.url, apps: [app] };
  return {
    okta,
    scim: new ScimClient({ baseUrl: `${server.ready}/payroll/scim/v2`, authorization: `Bearer ${token}` }),
    proxy,
    authority,
    plan,
    app,
    call,
    calls,
    drain: async () => {
      await call("POST", "/sandbox/drain", { timeoutMs: 20_000 });
    },
    check: ({ since, isUpdate = true, ...options } = {}, change = (same) => same) =>
      runChecks(
        {
          ...plan,
          ...(isUpdate ? { updatedSince: since ?? new Date().toISOString() } : {}),
          apps: [change(app)].flat(),
        },
        { okta, certificateAuthority: authority.cert },
        {
          deadlineMs: 30_000,
          ...options,
          patience: { settleMs: 15_000, pollMs: 40, fastEnoughMs: 10_000, ...options.patience },
        },
      ),
    stop: async () => {
      await proxy.close();
      await Promise.all([org.stop(), server.stop()]);
      await rm(folder, { recursive: true });
    },
  };
}

/** Starts both or, when one does not start, neither. */
async function startBoth(folder: string, authority: CertificateAuthority) {
  const org = await startOrg(folder, authority);
  try {
    return { org, server: await startScimServer(folder) };
  } catch (error) {
    await org.stop();
    throw error;
  }
}

async function startOrg(folder: string, authority: CertificateAuthority) {
  const data = join(folder, "okta");
  const trusted = join(folder, "authority.pem");
  await writeFile(trusted, authority.cert);
  const environment = { NODE_EXTRA_CA_CERTS: trusted };
  return startProcess("sandbox/okta/main.ts", ["--data", data, "--port", "0"], environment, async () => {
    const text = await readIfThere(join(data, "address.json"));
    return text === undefined ? undefined : addressSchema.parse(JSON.parse(text));
  });
}

async function startScimServer(folder: string) {
  const config = join(folder, "tenants.json");
  const tenant = {
    name: "payroll",
    publicUrl: "http://127.0.0.1/payroll",
    authentication: "header",
    tokens: [
      {
        id: "v2",
        sha256: createHash("sha256").update(token).digest("hex"),
        scope: "read-write",
        expiresAt: null,
      },
    ],
    attributes: [{ schema: enterprise, name: "payrollNumber", type: "string", multiValued: false }],
    reactivateOnCreate: false,
  };
  await writeFile(config, JSON.stringify({ version: 1, inspector: { access: "open" }, tenants: [tenant] }));
  const port = await findFreePort();
  const url = `http://127.0.0.1:${port}`;
  const environment = {
    SCIM_SERVER_CONFIG: config,
    SCIM_SERVER_STORAGE: `sqlite://${join(folder, "scim.sqlite")}`,
    SCIM_SERVER_HOST: "127.0.0.1",
    SCIM_SERVER_PORT: String(port),
    SCIM_SERVER_LOG_LEVEL: "info",
  };
  return startProcess("scim-server/src/main.ts", ["serve"], environment, async () => {
    const answer = await request(`${url}/readyz`).catch(() => undefined);
    await answer?.body.dump();
    return answer?.statusCode === 200 ? url : undefined;
  });
}

async function findFreePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address !== null ? address.port : 0;
}

function createCaller(org: z.infer<typeof addressSchema>): World["call"] {
  return async (method, path, body) => {
    const answer = await request(org.url + path, {
      method,
      headers: {
        authorization: `SSWS ${org.apiToken}`,
        accept: "application/json",
        "content-type": "application/json",
      },
      body: body === undefined ? null : JSON.stringify(body),
    });
    const text = await answer.body.text();
    const json: unknown = text === "" ? {} : JSON.parse(text);
    if (answer.statusCode >= 400) throw new Error(`${method} ${path}: ${answer.statusCode} ${text}`);
    return { status: answer.statusCode, json: Array.isArray(json) ? {} : anyObject.parse(json) };
  };
}

/** What the Pulumi program does for a spec, by bare calls, so that these tests need no engine. */
async function onboard(call: World["call"], okta: OktaClient, publicUrl: string): Promise<AppCheckPlan> {
  const made = await call("POST", "/api/v1/apps?activate=true", {
    name: "scim2headerauth",
    label: "Payroll (dev)",
    signOnMode: "AUTO_LOGIN",
    settings: { app: {} },
  });
  const appId = made.json.id ?? "";
  const baseUrl = `${publicUrl}/scim/v2`;
  await setConnection(call, appId, baseUrl);
  await setFeatures(call, appId, "ENABLED");
  await call("POST", `/api/v1/meta/schemas/apps/${appId}/default`, {
    definitions: {
      custom: {
        id: "#custom",
        type: "object",
        properties: {
          payrollNumber: {
            title: "Payroll number",
            type: "string",
            externalName: "payrollNumber",
            externalNamespace: enterprise,
          },
        },
      },
    },
  });
  const mapping = await okta.mappings.findUserToApp(appId);
  await call("POST", `/api/v1/mappings/${mapping?.id}`, {
    properties: Object.fromEntries(
      declaredMapping.map(({ property, expression, pushStatus }) => [property, { expression, pushStatus }]),
    ),
  });
  const finance = await okta.groups.findByName("Finance");
  const admins = await okta.groups.findByName("Payroll Admins");
  await call("PUT", `/api/v1/apps/${appId}/groups/${finance?.id}`, { priority: 0 });
  await call("POST", `/api/v1/apps/${appId}/group-push/mappings`, {
    sourceGroupId: admins?.id,
    status: "ACTIVE",
    targetGroupName: "payroll-admins",
  });
  const direct = await okta.users.find("noor.haddad@example.com");
  await call("POST", `/api/v1/apps/${appId}/users`, { id: direct?.id, scope: "USER" });
  return describeApp(appId, publicUrl);
}

const declaredMapping = [
  { property: "givenName", expression: "user.firstName", pushStatus: "PUSH" },
  { property: "familyName", expression: "user.lastName", pushStatus: "PUSH" },
  { property: "email", expression: "user.email", pushStatus: "PUSH" },
  { property: "title", expression: "user.title", pushStatus: "PUSH" },
  { property: "department", expression: "user.department", pushStatus: "PUSH" },
  { property: "payrollNumber", expression: "user.employeeNumber", pushStatus: "PUSH" },
] as const;

function describeApp(appId: string, publicUrl: string): AppCheckPlan {
  return {
    name: "payroll",
    label: "Payroll (dev)",
    appId,
    expectedStatus: "ACTIVE",
    signOnMode: "AUTO_LOGIN",
    server: {
      kind: "bundled",
      dialect: "oin",
      baseUrl: `${publicUrl}/scim/v2`,
      authorization: `Bearer ${token}`,
      expiredAuthorization: "Bearer an-older-token",
      healthUrl: `${new URL(publicUrl).origin}/healthz`,
      evidenceUrl: `${publicUrl}/evidence`,
    },
    connection: { management: "api", configured: true, authentication: "header" },
    provisioning: { createUsers: true, updateProfiles: true, deactivateUsers: true, syncPassword: false },
    schemaProperties: [
      { name: "payrollNumber", type: "string", externalName: "payrollNumber", externalNamespace: enterprise },
    ],
    mapping: declaredMapping,
    attributes: [
      { property: "userName", scim: "userName" },
      { property: "givenName", scim: "name.givenName" },
      { property: "familyName", scim: "name.familyName" },
      { property: "email", scim: 'emails[type eq "work"].value' },
      { property: "title", scim: "title" },
      { property: "department", scim: `${enterprise}:department` },
      { property: "payrollNumber", scim: `${enterprise}:payrollNumber` },
    ],
    pushGroups: [{ group: "Payroll Admins", target: "payroll-admins", status: "ACTIVE" }],
    assignments: {
      groups: [{ group: "Finance", priority: 0 }],
      users: [{ login: "noor.haddad@example.com" }],
    },
    mode: "enforce",
    canary: { login: "zoe.vanderberg@example.com" },
  };
}

/** Enters and activates the connection as the provider does. */
export async function setConnection(call: World["call"], appId: string, baseUrl: string): Promise<void> {
  const path = `/api/v1/apps/${appId}/connections/default`;
  await call("POST", path, { baseUrl, profile: { authScheme: "TOKEN", token: `Bearer ${token}` } });
  await call("POST", `${path}/lifecycle/activate`);
}

/** Switches all that Okta does in the app on or off. */
export async function setFeatures(
  call: World["call"],
  appId: string,
  status: "ENABLED" | "DISABLED",
): Promise<void> {
  await call("PUT", `/api/v1/apps/${appId}/features/USER_PROVISIONING`, {
    create: { lifecycleCreate: { status } },
    update: { lifecycleDeactivate: { status }, profile: { status } },
  });
}

/** Looks again until something is so; for what the emulated org does by itself. */
export async function until(isSo: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 15_000;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error("it did not come about");
    await sleep(30);
  }
}
