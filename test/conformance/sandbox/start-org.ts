import { evaluateMapping } from "../../../sandbox/okta/expression/evaluate-mapping.ts";
import type { ConnectionTest } from "../../../sandbox/okta/management-api/api-call.ts";
import { FaultRegistry } from "../../../sandbox/okta/provisioning/fault-registry.ts";
import { AdjustableClock } from "../../../sandbox/okta/provisioning/org-clock.ts";
import { ProvisioningEngine } from "../../../sandbox/okta/provisioning/provisioning-engine.ts";
import { createOrgServer } from "../../../sandbox/okta/server.ts";
import { OrgStore } from "../../../sandbox/okta/store/org-store.ts";
import { evaluateExpression } from "../../../src/expression/evaluate-expression.ts";

/** An emulated org, without provisioning unless it is asked for, in memory, on a free port. */
export interface TestOrg {
  readonly url: string;
  readonly store: OrgStore;
  readonly clock: AdjustableClock;
  readonly faults: FaultRegistry;
  /** A valid API token. */
  readonly token: string;
  /** What the next connection tests answer. */
  readonly connectionTest: { result: ConnectionTest };
  readonly passwords: Map<string, string>;
  /** Method and path of every request that it was sent. */
  readonly requests: Set<string>;
  /** Waits until provisioning has nothing left to do. */
  readonly settle: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** Starts an org. `connectionsApi` says for which catalog apps the connections API is served. */
export async function startOrg(
  options: {
    readonly connectionsApi?: Readonly<Record<string, "served" | "unknown">>;
    readonly rateLimits?: Readonly<Record<string, number>>;
    /** Provisions for real; `connectionTest` decides nothing then. */
    readonly provisions?: boolean;
  } = {},
): Promise<TestOrg> {
  const clock = new AdjustableClock();
  const store = OrgStore.open(":memory:", { clock, evaluation: { evaluateExpression, evaluateMapping } });
  store.saveSetting("connections_api", JSON.stringify(options.connectionsApi ?? {}));
  const administrator = store.users.create({
    profile: {
      login: "admin@example.com",
      email: "admin@example.com",
      firstName: "Isaac",
      lastName: "Adeyemi",
    },
    status: "ACTIVE",
    typeId: store.userTypes.default().id,
    passwordSet: true,
  });
  store.saveSetting("administrator", administrator.id);
  const token = store.credentials.createApiToken("test", administrator.id);
  const faults = new FaultRegistry();
  const connectionTest: { result: ConnectionTest } = { result: { ok: true } };
  const passwords = new Map<string, string>();
  const requests = new Set<string>();
  const engine = options.provisions === true ? new ProvisioningEngine({ store, clock, faults }) : undefined;
  engine?.start();
  const server = createOrgServer({
    store,
    engine: engine ?? {
      verifyConnection: async () => connectionTest.result,
      passwords: { remember: (userId, password) => void passwords.set(userId, password) },
    },
    faults,
    routes: [
      async ({ method, path }) => {
        requests.add(`${method} ${path}`);
        return undefined;
      },
    ],
    rateLimits: options.rateLimits ?? {
      "/": 100_000,
      "/api/v1": 100_000,
      "/api/v1/apps": 100_000,
      "/api/v1/groups": 100_000,
      "/api/v1/users": 100_000,
      "/api/v1/logs": 100_000,
      "/api/v1/mappings": 100_000,
      "/api/v1/meta": 100_000,
      "/oauth2/v1": 100_000,
    },
  });
  const url = await server.listen(0);
  return {
    url,
    store,
    clock,
    faults,
    token,
    connectionTest,
    passwords,
    requests,
    settle: async () => engine?.drain(),
    stop: async () => {
      await server.close();
      await engine?.stop();
      store.close();
    },
  };
}
