import { checkHealth } from "./commands/healthcheck.ts";
import { serve } from "./commands/serve.ts";

const usage = `Usage: server <command>

Commands:
  serve         Run the SCIM server (settings: environment variables SCIM_SERVER_*)
  healthcheck   Ask the running server whether it can serve; exit code 1 when not

See docs/scim-server.md for every setting.
`;

async function run(command: string | undefined): Promise<number> {
  switch (command) {
    case "serve":
      await serve(process.env);
      return 0;
    case "healthcheck":
      await checkHealth(process.env);
      return 0;
    case "--help":
    case "help":
      process.stdout.write(usage);
      return 0;
    default:
      process.stderr.write(usage);
      return 2;
  }
}

/** Expected failures tell what to do; unexpected ones show where they came from. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (!("remedy" in error)) return error.stack ?? error.message;
  return `${error.message}\n${String(error.remedy)}`;
}

try {
  process.exitCode = await run(process.argv[2]);
} catch (error) {
  process.stderr.write(`${describe(error)}\n`);
  process.exitCode = 1;
}
