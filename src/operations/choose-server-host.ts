import { readProviderInputs } from "../engine/state-file.ts";
import { chooseStackPlace } from "../engine/work-dir.ts";
import { askDocker, defaultDockerHost } from "../services/docker-daemon.ts";
import { ServiceError } from "../services/service-error.ts";
import type { StackInput } from "./stack-session.ts";

/** In place of a Docker host: the server runs as a plain process of this machine, which the docker plugin's stand-in makes of a container. */
export const processHost = "process:";

/**
 * Where the sandbox's SCIM server runs: on the Docker host of DOCKER_HOST (or Docker's default), or as a plain process where no daemon
 * listens. A server that was deployed already stays where it is, as its data does.
 * @returns the host as the docker provider is told it; undefined where the program decides by itself (a real org, no bundled server)
 * @throws ServiceError DOCKER_HOST_CHANGED, DOCKER_GONE
 */
export async function chooseServerHost(
  { projectDir, stack, settings, plan }: StackInput,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<string | undefined> {
  if (settings.org !== "sandbox" || !plan.needsServer) return undefined;
  const wanted = environment["DOCKER_HOST"] || defaultDockerHost;
  const place = await chooseStackPlace(projectDir, stack, environment);
  const recorded = (await readProviderInputs(place, stack, "docker"))?.["host"];
  if (recorded === processHost) return processHost;
  const docker = await askDocker(environment);
  if (typeof recorded !== "string") return docker.listens ? wanted : processHost;
  if (recorded !== wanted) throw hostChanged(stack, recorded, wanted);
  if (!docker.listens) throw dockerGone(stack, recorded, docker);
  return recorded;
}

function hostChanged(stack: string, recorded: string, wanted: string): ServiceError {
  return new ServiceError(
    "DOCKER_HOST_CHANGED",
    `The SCIM server of stack ${stack} runs, with its data, on the Docker host ${recorded}; this command would look for it on ${wanted}.`,
    `Run the command with DOCKER_HOST=${recorded}. To move the server, remove it there first (DOCKER_HOST=${recorded} npm run destroy), then start again here.`,
  );
}

function dockerGone(
  stack: string,
  recorded: string,
  { reason, remedy }: { readonly reason: string; readonly remedy: string },
): ServiceError {
  return new ServiceError(
    "DOCKER_GONE",
    `The SCIM server of stack ${stack} runs, with its data, on the Docker host ${recorded}, but ${reason}.`,
    `${remedy} Then run the command again. If that Docker is gone for good, so is the server's data: delete the folder .sandbox and start anew.`,
  );
}
