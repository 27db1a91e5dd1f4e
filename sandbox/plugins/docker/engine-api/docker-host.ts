import { Client } from "undici";
import { RuntimeError } from "../runtime.ts";

export const defaultDockerHost = "unix:///var/run/docker.sock";

/**
 * An HTTP client for a Docker host.
 * @param host as in DOCKER_HOST
 * @throws RuntimeError for kinds of hosts that the stand-in can't reach
 */
export function connectDockerHost(host: string): Client {
  const url = URL.parse(host);
  if (url === null)
    throw new RuntimeError(
      0,
      `The Docker host ${JSON.stringify(host)} is no address such as unix:// or tcp://.`,
    );
  if (url.protocol === "unix:") {
    // Folders may have spaces in their names.
    const socketPath = decodeURIComponent(url.pathname);
    return new Client("http://docker", { socketPath, headersTimeout: 0, bodyTimeout: 0 });
  }
  if (url.protocol === "tcp:" || url.protocol === "http:") {
    return new Client(`http://${url.host}`, { headersTimeout: 0, bodyTimeout: 0 });
  }
  throw new RuntimeError(
    0,
    `The docker stand-in does not connect to ${url.protocol}// hosts. Install the official docker plugin ` +
      "(pulumi plugin install resource docker), or forward the daemon's socket and set DOCKER_HOST to unix:// or tcp://.",
  );
}
