import { readEnvironment } from "../config/environment.ts";
import { TenantRegistry } from "../config/tenant-registry.ts";
import { createLogger } from "../operation/logger.ts";
import { createServer } from "../server.ts";
import { openStorage } from "../storage/open-storage.ts";
import { StorageTimer } from "../storage/sql/timed-engine.ts";

/** Runs the server until SIGTERM or SIGINT; resolves when every request in flight is answered and stored. */
export async function serve(variables: Readonly<Record<string, string | undefined>>): Promise<void> {
  const environment = readEnvironment(variables);
  const logger = createLogger(environment.logLevel);
  process.once("exit", () => logger.writeRest());
  const timer = new StorageTimer();
  const onError = (error: unknown): void => logger.error({ err: error }, "storage error");
  const storage = await openStorage(environment.storageUrl, onError, timer);
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
  const address = await server.listen({ host: environment.host, port: environment.port });
  logger.info({ address, storage: storage.dialect.name }, "listening");
  logger.info({ signal: await stopped }, "stopping");
  tenants.stop();
  await server.close();
  await storage.close();
  logger.info("stopped");
  await Promise.race([
    new Promise((resolve) => logger.flush(resolve)),
    // A log that nobody takes must not keep the process.
    new Promise((resolve) => setTimeout(resolve, lastLinesMilliseconds).unref()),
  ]);
}

const lastLinesMilliseconds = 2000;

function waitForSignal(): Promise<string> {
  return new Promise((resolve) => {
    for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => resolve(signal));
  });
}
