import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { evaluateExpression } from "../../src/expression/evaluate-expression.ts";
import { createConsoleRoutes } from "./console/console-routes.ts";
import { createControlRoutes } from "./control/control-routes.ts";
import { evaluateMapping } from "./expression/evaluate-mapping.ts";
import { startHousekeeping } from "./housekeeping.ts";
import {
  keepApiToken,
  keepServiceApp,
  type ServiceApp,
  writeSecret,
} from "./management-api/local-credentials.ts";
import { loadOrgFile, seedOrg } from "./org-data.ts";
import { FaultRegistry } from "./provisioning/fault-registry.ts";
import { AdjustableClock } from "./provisioning/org-clock.ts";
import { ProvisioningEngine } from "./provisioning/provisioning-engine.ts";
import { createConditions, createOrgServer } from "./server.ts";
import { createSnapshotRoutes } from "./snapshot-routes.ts";
import { OrgStore } from "./store/org-store.ts";

/** A folder in which an org runs already: two would provision everything twice. */
export class OrgRunningError extends Error {
  readonly code = "SANDBOX_RUNNING";
  readonly remedy = "Use the org that runs, or stop it: okta-scim sandbox stop.";

  constructor(url: string) {
    super(`An emulated org of this folder runs already on ${url}.`);
    this.name = "OrgRunningError";
  }
}

/**
 * Starts the emulated org of a folder: opens and fills its database, listens, provisions, and writes `address.json`.
 * @returns the way to stop it, after which the folder can be started again
 * @throws OrgFileError, StoreVersionError, SnapshotError, OrgRunningError, or the system's error for a port that is taken
 */
export async function runOrg(options: {
  readonly folder: string;
  readonly orgFile: string;
  readonly port: number;
  /** A snapshot that an empty org begins with, instead of the org file. */
  readonly snapshot?: string | undefined;
}): Promise<() => Promise<void>> {
  mkdirSync(options.folder, { recursive: true, mode: 0o700 });
  const addressPath = join(options.folder, "address.json");
  await refuseSecondOrg(addressPath);
  const data = loadOrgFile(options.orgFile);
  const clock = new AdjustableClock();
  const store = OrgStore.open(join(options.folder, "org.sqlite"), {
    clock,
    evaluation: { evaluateExpression, evaluateMapping },
  });
  const prepare = (): { readonly apiToken: string; readonly oauth: ServiceApp } => {
    seedOrg(store, data);
    return { apiToken: keepApiToken(store, options.folder), oauth: keepServiceApp(store, options.folder) };
  };
  const faults = new FaultRegistry();
  const engine = new ProvisioningEngine({ store, clock, faults });
  if (options.snapshot !== undefined && store.users.count() === 0) store.restoreSnapshot(options.snapshot);
  const credentials = prepare();
  const replaceState = async (replace: () => void): Promise<void> => {
    await engine.stop();
    try {
      replace();
      prepare();
    } finally {
      engine.start();
    }
  };
  const conditions = createConditions(store);
  const server = createOrgServer({
    store,
    engine,
    faults,
    conditions,
    routes: [
      createSnapshotRoutes({
        folder: join(options.folder, "snapshots"),
        save: (path) => store.saveSnapshot(path),
        saveFixture: (path) => store.saveFixture(path),
        restore: (path) => replaceState(() => store.restoreSnapshot(path)),
      }),
      createConsoleRoutes({ store, engine, faults, clock, conditions }),
      createControlRoutes({ store, engine, faults, clock, reset: () => replaceState(() => store.reset()) }),
    ],
    log: writeLine,
  });
  const url = await server.listen(options.port);
  engine.start();
  const stopHousekeeping = startHousekeeping({
    retention: store.retention,
    clock,
    onError: (error) =>
      writeLine(`housekeeping failed: ${error instanceof Error ? error.stack : String(error)}`),
  });
  const address = { url, adminUrl: `${url}/admin`, pid: process.pid, ...credentials };
  writeSecret(addressPath, JSON.stringify(address, null, 2));
  writeLine(`Emulated Okta org on ${url}, admin page ${address.adminUrl}`);

  return async () => {
    rmSync(addressPath, { force: true });
    await server.close();
    await engine.stop();
    await stopHousekeeping();
    store.close();
    writeLine("stopped");
  };
}

async function refuseSecondOrg(addressPath: string): Promise<void> {
  const url = readUrl(addressPath);
  if (url === undefined) return;
  const answers = await fetch(`${url}/sandbox/status`, { signal: AbortSignal.timeout(1_000) }).then(
    (answer) => answer.ok,
    () => false,
  );
  if (answers) throw new OrgRunningError(url);
}

const addressSchema = z.object({ url: z.url() });

function readUrl(addressPath: string): string | undefined {
  try {
    return addressSchema.parse(JSON.parse(readFileSync(addressPath, "utf8"))).url;
  } catch {
    // There is none, or a machine that lost its power left half of it.
    return undefined;
  }
}

function writeLine(line: string): void {
  process.stdout.write(`${new Date().toISOString()} ${line}\n`);
}
