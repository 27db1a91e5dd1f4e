import { connect } from "node:net";

const deadline = 3000;

/** Where Docker listens when DOCKER_HOST says nothing. */
export const defaultDockerHost = "unix:///var/run/docker.sock";

/** Whether a Docker daemon listens where DOCKER_HOST (or Docker's default) says. Remote hosts over ssh count as there. */
export async function isDockerListening(environment: NodeJS.ProcessEnv = process.env): Promise<boolean> {
  const host = new URL(environment["DOCKER_HOST"] || defaultDockerHost);
  if (host.protocol !== "unix:" && host.protocol !== "tcp:") return true;
  return new Promise((resolve) => {
    const socket =
      host.protocol === "unix:"
        ? connect(host.pathname)
        : connect(Number(host.port || "2375"), host.hostname);
    const settle = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(deadline, () => settle(false));
    socket.once("connect", () => settle(true));
    socket.once("error", () => settle(false));
  });
}
