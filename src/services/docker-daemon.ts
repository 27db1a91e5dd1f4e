import { connect } from "node:net";

const deadline = 3000;

/** Where Docker listens when DOCKER_HOST says nothing. */
export const defaultDockerHost = "unix:///var/run/docker.sock";

/** Whether the daemon can be used; where it can't, why and what to do. */
export type DockerAccess =
  | { readonly listens: true }
  | { readonly listens: false; readonly reason: string; readonly remedy: string };

/** Asks whether a Docker daemon listens where DOCKER_HOST (or Docker's default) says. Remote hosts over ssh count as there. */
export async function askDocker(environment: NodeJS.ProcessEnv = process.env): Promise<DockerAccess> {
  const text = environment["DOCKER_HOST"] || defaultDockerHost;
  const host = URL.parse(text);
  if (host === null || !/^(?:unix|tcp|ssh|npipe):$/.test(host.protocol))
    return refuse(
      `DOCKER_HOST is ${JSON.stringify(text)}, which is no address`,
      "Give it as unix:///path/to/docker.sock, tcp://host:port or ssh://user@host, or unset it.",
    );
  if (host.protocol !== "unix:" && host.protocol !== "tcp:") return { listens: true };
  return new Promise((resolve) => {
    const socket =
      host.protocol === "unix:"
        ? connect(decodeURIComponent(host.pathname))
        : connect(Number(host.port || "2375"), host.hostname);
    const settle = (answer: DockerAccess): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(deadline, () => settle(nobody(text)));
    socket.once("connect", () => settle({ listens: true }));
    socket.once("error", (error: NodeJS.ErrnoException) =>
      settle(error.code === "EACCES" ? forbidden(text) : nobody(text)),
    );
  });
}

function nobody(host: string): DockerAccess {
  return refuse(
    `no daemon listens at ${host}`,
    "Start Docker (sudo systemctl start docker, or Docker Desktop); where it is elsewhere, set DOCKER_HOST.",
  );
}

function forbidden(host: string): DockerAccess {
  return refuse(
    `you may not use the daemon at ${host} (permission denied)`,
    "Have your user put into the group docker (sudo usermod -aG docker $USER) and log in anew, or use a rootless Docker and set DOCKER_HOST.",
  );
}

function refuse(reason: string, remedy: string): DockerAccess {
  return { listens: false, reason, remedy };
}
