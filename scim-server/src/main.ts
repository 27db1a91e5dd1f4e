import { backup, restore } from "./commands/backup.ts";
import { checkHealth } from "./commands/healthcheck.ts";
import { exportTenantToFile, importTenantFromFile } from "./commands/move-tenant.ts";
import { serve } from "./commands/serve.ts";

const usage = `Usage: server <command>

Commands:
  serve         Run the SCIM server (settings: environment variables SCIM_SERVER_*)
  healthcheck   Ask the running server whether it can serve; exit code 1 when not
  backup <file>                 Write the whole database to a file, while the server runs
  restore <file>                Fill an empty database from a backup, of either engine
  export <tenant> <file>        Write a tenant's people and groups as JSON lines
  import <tenant> <file>        Read them into a tenant

See docs/scim-server.md for every setting.
`;

/** How many words follow each command that takes any. */
const wordsOf: ReadonlyMap<string, number> = new Map([
  ["backup", 1],
  ["restore", 1],
  ["export", 2],
  ["import", 2],
]);

async function run([command, ...words]: readonly string[]): Promise<number> {
  const [first = "", second = ""] = words;
  const needed = wordsOf.get(command ?? "") ?? 0;
  if (words.length !== needed) return explainUsage();
  switch (command) {
    case "serve":
      await serve(process.env);
      return 0;
    case "healthcheck":
      await checkHealth(process.env);
      return 0;
    case "backup":
      return report("rows", await backup(process.env, first));
    case "restore":
      return report("rows", await restore(process.env, first));
    case "export":
      return report("resources", await exportTenantToFile(process.env, first, second));
    case "import":
      return report("resources", await importTenantFromFile(process.env, first, second));
    case "--help":
    case "help":
      process.stdout.write(usage);
      return 0;
    default:
      return explainUsage();
  }
}

function explainUsage(): number {
  process.stderr.write(usage);
  return 2;
}

function report(what: string, count: number): number {
  process.stdout.write(`${count} ${what}\n`);
  return 0;
}

/** Expected failures tell what to do; unexpected ones show where they came from. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (!("remedy" in error)) return error.stack ?? error.message;
  return `${error.message}\n${String(error.remedy)}`;
}

try {
  process.exitCode = await run(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${describe(error)}\n`);
  process.exitCode = 1;
}
