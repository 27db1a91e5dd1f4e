import { mkdirSync } from "node:fs";
import { enableCompileCache } from "node:module";
import { join } from "node:path";
import { parseArgs } from "node:util";

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
      snapshot: { type: "string" },
    },
  });
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new PortError(values.port);
  mkdirSync(values.data, { recursive: true, mode: 0o700 });
  // Most of a start is reading the program's files. The cache works only for what is imported after it is on.
  enableCompileCache(join(values.data, "compile-cache"));
  const { runOrg } = await import("./run-org.ts");
  const { data: folder, org: orgFile, snapshot } = values;
  const stop = await runOrg({ folder, orgFile, port, snapshot });
  let stopping = false;
  const stopOnce = (): void => {
    if (!stopping) stop().catch(report);
    stopping = true;
  };
  process.on("SIGTERM", stopOnce);
  process.on("SIGINT", stopOnce);
}

/** Errors that a person can mend are one sentence and a remedy; others keep their stack. */
function report(error: unknown): void {
  const known = error instanceof Error && "remedy" in error && "code" in error;
  if (known) process.stderr.write(`${error.code}: ${error.message}\n${error.remedy}\n`);
  else if (error instanceof Error && "code" in error && error.code === "EADDRINUSE") {
    process.stderr.write(
      `SANDBOX_PORT: ${error.message}\nChoose another port with --port, or stop what listens there.\n`,
    );
  } else process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(1);
}

main().catch(report);
