import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { evaluateExpression } from "../../src/expression/evaluate-expression.ts";
import { createConsoleRoutes } from "./console/console-routes.ts";
import { createControlRoutes } from "./control/control-routes.ts";
import { evaluateMapping } from "./expression/evaluate-mapping.ts";
import {
  keepApiToken,
  keepServiceApp,
  type ServiceApp,
  writeSecret,
} from "./management-api/local-credentials.ts";
import { loadOrgFile, OrgFileError, seedOrg } from "./org-data.ts";
import { FaultRegistry } from "./provisioning/fault-registry.ts";
import { AdjustableClock } from "./provisioning/org-clock.ts";
import { ProvisioningEngine } from "./provisioning/provisioning-engine.ts";
import { createOrgServer } from "./server.ts";
import { createSnapshotRoutes } from "./snapshot-routes.ts";
import { OrgStore, StoreVersionError } from "./store/org-store.ts";

/** A `--port` that is no TCP port. */
class PortError extends Error {
  readonly code = "SANDBOX_PORT";
  readonly remedy = "Give --port a number from 0 (any free port) to 65535.";

  constructor(port: string) {
    super(`"${port}" is no TCP port.`);
    this.name = "PortError";
  }
}

async function main(): Promise<void> {
  process.umask(0o077);
  const { values } = parseArgs({
    options: {
      data: { type: "string", default: ".sandbox/okta" },
      org: { type: "string", default: "sandbox/org.yaml" },
      port: { type: "string", default: "8600" },
    },
  });
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new PortError(values.port);
  mkdirSync(values.data, { recursive: true, mode: 0o700 });
  const data = loadOrgFile(values.org);
  const clock = new AdjustableClock();
  const store = OrgStore.open(join(values.data, "org.sqlite"), {
    clock,
    evaluation: { evaluateExpression, evaluateMapping },
  });
  const prepare = (): { readonly apiToken: string; readonly oauth: ServiceApp } => {
    seedOrg(store, data);
    return { apiToken: keepApiToken(store, values.data), oauth: keepServiceApp(store, values.data) };
  };
  const credentials = prepare();

  const faults = new FaultRegistry();
  const engine = new ProvisioningEngine({ store, clock, faults });
  const replaceState = async (replace: () => void): Promise<void> => {
    await engine.stop();
    try {
      replace();
      prepare();
    } finally {
      engine.start();
    }
  };
  const server = createOrgServer({
    store,
    engine,
    faults,
    routes: [
      createSnapshotRoutes({
        folder: join(values.data, "snapshots"),
        save: (path) => store.saveSnapshot(path),
        restore: (path) => replaceState(() => store.restoreSnapshot(path)),
      }),
      createConsoleRoutes({ store, engine, faults, clock }),
      createControlRoutes({ store, engine, faults, clock, reset: () => replaceState(() => store.reset()) }),
    ],
    log: writeLine,
  });
  const url = await server.listen(port);
  engine.start();
  const address = { url, adminUrl: `${url}/admin`, pid: process.pid, ...credentials };
  const addressPath = join(values.data, "address.json");
  writeSecret(addressPath, JSON.stringify(address, null, 2));
  writeLine(`Emulated Okta org on ${url}, admin page ${address.adminUrl}`);

  let stopping = false;
  const stop = async (): Promise<void> => {
    if (stopping) return;
    stopping = true;
    rmSync(addressPath, { force: true });
    await server.close();
    await engine.stop();
    store.close();
    writeLine("stopped");
  };
  process.on("SIGTERM", () => void stop());
  process.on("SIGINT", () => void stop());
}

function writeLine(line: string): void {
  process.stdout.write(`${new Date().toISOString()} ${line}\n`);
}

/** Errors that a person can mend are one sentence and a remedy; others keep their stack. */
function report(error: unknown): void {
  if (error instanceof OrgFileError || error instanceof StoreVersionError || error instanceof PortError) {
    process.stderr.write(`${error.code}: ${error.message}\n${error.remedy}\n`);
  } else if (error instanceof Error && "code" in error && error.code === "EADDRINUSE") {
    process.stderr.write(
      `SANDBOX_PORT: ${error.message}\nChoose another port with --port, or stop what listens there.\n`,
    );
  } else {
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  }
  process.exit(1);
}

main().catch(report);
