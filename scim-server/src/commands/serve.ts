import type { FastifyInstance } from "fastify";
import { type Environment, readEnvironment } from "../config/environment.ts";
import { TenantRegistry } from "../config/tenant-registry.ts";
import { createLogger, type ServerLogger } from "../operation/logger.ts";
import { createServer } from "../server.ts";
import { openStorage } from "../storage/open-storage.ts";
import { StorageTimer } from "../storage/sql/timed-engine.ts";
import type { Storage } from "../storage/storage.ts";

/** Runs the server until SIGTERM or SIGINT; resolves when every request in flight is answered and stored. */
export async function serve(variables: Readonly<Record<string, string | undefined>>): Promise<void> {
  const environment = readEnvironment(variables);
  const logger = createLogger(environment.logLevel);
  process.once("exit", () => logger.writeRest());
  const timer = new StorageTimer();
  const onError = (error: unknown): void => logger.error({ err: error }, "storage error");
  const storage = await openStorage(environment.storageUrl, onError, timer);
  try {
    await serveFrom(storage, { environment, logger, timer });
  } finally {
    // Also when the server could not start: connections to a database would keep the process, and whoever runs it
    // would never learn that it does not serve.
    await storage.close();
  }
  logger.info("stopped");
  await Promise.race([
    new Promise((resolve) => logger.flush(resolve)),
    // A log that nobody takes must not keep the process.
    new Promise((resolve) => setTimeout(resolve, lastLinesMilliseconds).unref()),
  ]);
}

const lastLinesMilliseconds = 2000;

/** The server cannot listen where it should. */
class ListenError extends Error {
  readonly code = "LISTEN";
  readonly remedy =
    "Choose a free port and an address of this machine: SCIM_SERVER_PORT and SCIM_SERVER_HOST.";

  constructor(cause: unknown) {
    super(`The server cannot listen: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    this.name = "ListenError";
  }
}

interface ServeParts {
  readonly environment: Environment;
  readonly logger: ServerLogger;
  readonly timer: StorageTimer;
}

/** Answers requests until a signal comes. Throws {@link ListenError}, and TlsError. */
async function serveFrom(storage: Storage, { environment, logger, timer }: ServeParts): Promise<void> {
  const tenants = new TenantRegistry(environment.configFile, logger);
  await tenants.start();
  const server = createServer({
    storage,
    tenants,
    logger,
    timer,
    limits: environment,
    logPersonalData: environment.logPersonalData,
    tls: environment.tls,
  });
  const stopped = waitForSignal();
  try {
    const address = await listen(server, environment);
    logger.info({ address, storage: storage.dialect.name }, "listening");
    logger.info({ signal: await stopped }, "stopping");
  } finally {
    tenants.stop();
    await server.close();
  }
}

async function listen(server: FastifyInstance, { host, port }: Environment): Promise<string> {
  try {
    return await server.listen({ host, port });
  } catch (error) {
    throw new ListenError(error);
  }
}

function waitForSignal(): Promise<string> {
  return new Promise((resolve) => {
    for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => resolve(signal));
  });
}
