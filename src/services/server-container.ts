import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { z } from "zod";
import { ServiceError } from "./service-error.ts";

const run = promisify(execFile);
const failureSchema = z.looseObject({ stderr: z.string() });
const outcomeSchema = z.enum(["started", "stopped", "unchanged", "missing"]);

/** The name of the SCIM server's container in a stack (src/program names it so). */
export function serverContainerName(stack: string, namePrefix: string | undefined): string {
  return `${namePrefix ?? `okta-scim-${stack}`}-server`;
}

/** The names of a stack's SCIM servers, the first one's first. */
export function serverContainerNames(
  stack: string,
  { namePrefix, replicas }: { readonly namePrefix?: string | undefined; readonly replicas: number },
): string[] {
  const first = serverContainerName(stack, namePrefix);
  return Array.from({ length: replicas }, (_, index) => (index === 0 ? first : `${first}-${index + 1}`));
}

/**
 * Starts or stops the sandbox's SCIM server as the runtime has it: a container, or a plain process where there is no Docker.
 * @throws ServiceError DOCKER_FAILED
 */
export async function controlServerContainer(
  projectDir: string,
  action: "start" | "stop",
  name: string,
): Promise<z.infer<typeof outcomeSchema>> {
  return outcomeSchema.parse(await ask(projectDir, action, name));
}

/** The id of a container or network by its name; undefined where there is none. */
export async function findRuntimeObject(
  projectDir: string,
  kind: "container" | "network",
  name: string,
): Promise<string | undefined> {
  const answer = await ask(projectDir, `find-${kind}`, name);
  return answer === "missing" ? undefined : answer;
}

async function ask(projectDir: string, action: string, name: string): Promise<string> {
  const script = join(projectDir, "sandbox", "plugins", "docker", "container-control.ts");
  try {
    const { stdout } = await run(process.execPath, [script, action, name], {
      cwd: projectDir,
      timeout: 90_000,
    });
    return stdout.trim();
  } catch (error) {
    const reason = failureSchema.safeParse(error).data?.stderr.trim() || "it did not answer in time";
    throw new ServiceError(
      "DOCKER_FAILED",
      `Docker could not be asked for ${name}: ${reason}`,
      "npm run doctor shows what is wrong with Docker; put it right and run the command again.",
    );
  }
}
