import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe } from "vitest";
import { TenantRegistry } from "../../../../scim-server/src/config/tenant-registry.ts";
import { createLogger } from "../../../../scim-server/src/operation/logger.ts";
import { createServer } from "../../../../scim-server/src/server.ts";
import { openStorage } from "../../../../scim-server/src/storage/open-storage.ts";
import { StorageTimer } from "../../../../scim-server/src/storage/sql/timed-engine.ts";
import type { Storage } from "../../../../scim-server/src/storage/storage.ts";
import { findPostgres, TemporaryPostgres } from "./postgres.ts";

export const token = "a-token-for-tests";
export const readOnlyToken = "a-token-that-may-read";

export function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** The tenants file of the tests; `changes` go into its one tenant. */
export function tenantsFile(changes: Readonly<Record<string, unknown>> = {}): string {
  const tenant = {
    name: "payroll",
    publicUrl: "http://scim.example.com/payroll",
    authentication: "header",
    tokens: [
      { id: "v1", sha256: sha256(token) },
      { id: "reader", sha256: sha256(readOnlyToken), scope: "read-only" },
    ],
    attributes: [
      { schema: enterprise, name: "payrollNumber", type: "string" },
      { schema: "urn:example:hr:2.0:User", name: "shift", type: "integer" },
      { schema: "urn:example:hr:2.0:User", name: "badges", type: "string", multiValued: true },
    ],
    ...changes,
  };
  return JSON.stringify({ version: 1, inspector: { access: "open" }, tenants: [tenant] });
}

export const enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

/** What tests read of SCIM bodies. Tests assert on it, so nothing here is taken for granted. */
export interface TestBody {
  readonly id: string;
  readonly schemas: readonly string[];
  readonly userName: string;
  readonly displayName?: string;
  readonly title?: string;
  readonly active: boolean;
  readonly name: { readonly givenName?: string; readonly familyName?: string };
  readonly emails: readonly { readonly value: string; readonly type?: string; readonly primary?: boolean }[];
  readonly members: readonly { readonly value: string; readonly display?: string; readonly type: string }[];
  readonly groups: readonly { readonly value: string; readonly display?: string; readonly type: string }[];
  readonly meta: {
    readonly created: string;
    readonly lastModified: string;
    readonly location: string;
    readonly version: string;
    readonly resourceType: string;
  };
  readonly totalResults: number;
  readonly startIndex: number;
  readonly itemsPerPage: number;
  readonly nextCursor?: string;
  readonly Resources: readonly TestBody[];
  readonly Operations: readonly {
    readonly status: string;
    readonly location: string;
    readonly bulkId?: string;
    readonly response?: TestBody;
  }[];
  readonly scimType?: string;
  readonly detail: string;
  readonly status: string;
  readonly [name: string]: unknown;
}

/** What a test reads of an answer. */
export interface TestAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The parsed body; an empty object when there is none. */
  readonly body: TestBody;
}

function parseBody(text: string): TestBody {
  return JSON.parse(text) as TestBody;
}

/** A server with a storage of its own, listening on a free port of this machine. */
export class RunningServer {
  readonly url: string;
  readonly configFile: string;
  readonly #stop: () => Promise<void>;

  constructor(url: string, configFile: string, stop: () => Promise<void>) {
    this.url = url;
    this.configFile = configFile;
    this.#stop = stop;
  }

  /** `wrap` may stand between the server and its storage, to watch it or to make it fail. */
  static async start(
    storageUrl: string,
    config: string = tenantsFile(),
    wrap: (storage: Storage) => Storage = (storage) => storage,
  ): Promise<RunningServer> {
    const folder = mkdtempSync(join(tmpdir(), "scim-server-"));
    const configFile = join(folder, "tenants.json");
    writeFileSync(configFile, config);
    const logger = createLogger("silent");
    const url = storageUrl === "sqlite" ? `sqlite://${join(folder, "scim.sqlite")}` : storageUrl;
    const timer = new StorageTimer();
    const storage = await openStorage(url, () => {}, timer);
    const tenants = new TenantRegistry(configFile, logger);
    await tenants.start();
    const server = createServer({
      storage: wrap(storage),
      tenants,
      logger,
      timer,
      limits: {
        maxBodyBytes: 10_485_760,
        maxConnections: 1000,
        maxLagMilliseconds: 5000,
        requestTimeoutSeconds: 60,
        trustedProxies: [],
      },
      logPersonalData: false,
      tls: undefined,
    });
    const address = await server.listen({ host: "127.0.0.1", port: 0 });
    return new RunningServer(address, configFile, async () => {
      tenants.stop();
      await server.close();
      await storage.close();
      rmSync(folder, { recursive: true });
    });
  }

  /** Calls the tenant's SCIM base URL as Okta does. */
  call(
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<TestAnswer> {
    return this.request(method, `/payroll/scim/v2${path}`, body, {
      authorization: `Bearer ${token}`,
      "user-agent": "Okta SCIM Client 1.0.0",
      accept: "application/scim+json",
      ...headers,
    });
  }

  async request(
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<TestAnswer> {
    const text = body === undefined || typeof body === "string" ? body : JSON.stringify(body);
    const type = text === undefined ? {} : { "content-type": "application/scim+json; charset=utf-8" };
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: { ...type, ...headers },
      ...(text === undefined ? {} : { body: text }),
    });
    const answer = await response.text();
    const isJson =
      response.headers.get("content-type")?.includes("json;") === true ||
      response.headers.get("content-type")?.endsWith("+json") === true;
    const parsed = parseBody(isJson && answer !== "" ? answer : "{}");
    return { status: response.status, headers: response.headers, text: answer, body: parsed };
  }

  /** Creates a user and answers its id. */
  async createUser(userName: string, more: Readonly<Record<string, unknown>> = {}): Promise<string> {
    const answer = await this.call("POST", "/Users", { schemas: [userSchema], userName, ...more });
    if (answer.status !== 201) throw new Error(`creating ${userName}: ${answer.status} ${answer.text}`);
    return answer.body.id;
  }

  /** Creates a group with members and answers its id. */
  async createGroup(displayName: string, memberIds: readonly string[] = []): Promise<string> {
    const members = memberIds.map((value) => ({ value }));
    const answer = await this.call("POST", "/Groups", { schemas: [groupSchema], displayName, members });
    if (answer.status !== 201) throw new Error(`creating ${displayName}: ${answer.status} ${answer.text}`);
    return answer.body.id;
  }

  patch(path: string, ...operations: readonly unknown[]): Promise<TestAnswer> {
    return this.call("PATCH", path, { schemas: [patchOp], Operations: operations });
  }

  async memberIds(groupId: string): Promise<readonly string[]> {
    const { body } = await this.call("GET", `/Groups/${groupId}`);
    return body.members.map((member) => member.value);
  }

  filter(type: "Users" | "Groups", filter: string, more = ""): Promise<TestAnswer> {
    return this.call("GET", `/${type}?filter=${encodeURIComponent(filter)}${more}`);
  }

  stop(): Promise<void> {
    return this.#stop();
  }
}

export const userSchema = "urn:ietf:params:scim:schemas:core:2.0:User";
export const groupSchema = "urn:ietf:params:scim:schemas:core:2.0:Group";
export const patchOp = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

const programs = findPostgres();

/** Starts a server with an empty storage of the engine under test. */
export type StartServer = (config?: string, wrap?: (storage: Storage) => Storage) => Promise<RunningServer>;

/** A storage with some of its functions replaced. */
export function override(storage: Storage, replaced: Partial<Storage>): Storage {
  return new Proxy(storage, {
    get: (target, key) => {
      const own: unknown = Reflect.get(replaced, key) ?? Reflect.get(target, key, target);
      return typeof own === "function" ? own.bind(target) : own;
    },
  });
}

/** Declares the same tests for both engines. `start` gives a server with an empty storage. */
export function describeOnBothEngines(
  name: string,
  declare: (start: StartServer, engine: "sqlite" | "postgres") => void,
): void {
  describe(`${name} on SQLite`, () => {
    const servers: RunningServer[] = [];
    afterAll(async () => {
      for (const server of servers) await server.stop();
    });
    declare(async (config, wrap) => {
      const server = await RunningServer.start("sqlite", config, wrap);
      servers.push(server);
      return server;
    }, "sqlite");
  });
  const reason = programs === undefined ? " (skipped: PostgreSQL is not installed)" : "";
  describe.skipIf(programs === undefined)(`${name} on PostgreSQL${reason}`, () => {
    const servers: RunningServer[] = [];
    let postgres: TemporaryPostgres;
    beforeAll(async () => {
      postgres = await TemporaryPostgres.start(programs ?? "");
    });
    afterAll(async () => {
      for (const server of servers) await server.stop();
      await postgres.stop();
    });
    declare(async (config, wrap) => {
      const server = await RunningServer.start(await postgres.createDatabase(), config, wrap);
      servers.push(server);
      return server;
    }, "postgres");
  });
}
