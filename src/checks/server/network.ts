import { lookup } from "node:dns/promises";
import { connect, isIP } from "node:net";
import type { AppSession } from "../app-session.ts";
import { type Check, CheckFailure, demand, pass } from "../check.ts";

/** Where the SCIM server listens, from its base URL. */
export function readEndpoint(baseUrl: string): {
  readonly host: string;
  readonly port: number;
  readonly isHttps: boolean;
} {
  const url = new URL(baseUrl);
  const isHttps = url.protocol === "https:";
  const port = url.port === "" ? (isHttps ? 443 : 80) : Number(url.port);
  return { host: url.hostname.replace(/^\[|\]$/g, ""), port, isHttps };
}

/** Whether a host is this machine, by name or address. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host.endsWith(".localhost") || host === "::1" || /^127\./.test(host);
}

export const networkChecks: readonly Check[] = [
  {
    id: "server.dns",
    question: "Does the server's host name have an address?",
    run: resolveHost,
  },
  {
    id: "server.tcp",
    question: "Does the server accept connections?",
    needs: ["server.dns"],
    run: openConnection,
  },
  {
    id: "server.health",
    question: "Does the server say that it is healthy?",
    needs: ["server.tcp", "server.tls.chain", "server.tls.host-name", "server.tls.expiry"],
    inapplicable: ({ server }) =>
      server.healthUrl === undefined
        ? "An external SCIM server has no health address that we know."
        : undefined,
    run: askHealth,
  },
];

async function resolveHost({ app }: AppSession) {
  const { host } = readEndpoint(app.server.baseUrl);
  const request = `look up ${host}`;
  if (isIP(host) !== 0)
    return pass(`${host} is an address.`, { exchange: { request, answer: "not needed: it is an address" } });
  try {
    const addresses = await lookup(host, { all: true });
    const answer = addresses.map(({ address }) => address).join(", ");
    return pass(`${host} is ${answer}.`, { exchange: { request, answer } });
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
    throw new CheckFailure(
      `${host} has no address (${code}).`,
      "Create the DNS record, or correct the server's URL in the spec; a new record may take minutes to be known everywhere.",
      { exchange: { request, answer: code } },
    );
  }
}

async function openConnection({ app, signal }: AppSession) {
  const { host, port } = readEndpoint(app.server.baseUrl);
  const request = `connect to ${host}:${port}`;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const socket = connect({ host, port }, resolve);
  socket.once("error", reject);
  const stop = () => reject(signal.reason);
  signal.addEventListener("abort", stop, { once: true });
  try {
    await promise;
    return pass(`${host}:${port} accepts connections.`, { exchange: { request, answer: "accepted" } });
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
    throw new CheckFailure(
      `${host}:${port} does not accept connections (${code}).`,
      "Start the server, publish its port, and open it in firewalls and security groups for Okta's addresses too.",
      { exchange: { request, answer: code } },
    );
  } finally {
    signal.removeEventListener("abort", stop);
    socket.destroy();
  }
}

async function askHealth({ app, probe }: AppSession) {
  const answer = await probe.send({ path: app.server.healthUrl ?? "", authorization: null });
  demand(
    answer.status === 200,
    `The health address answered ${answer.status}.`,
    "Read the server's log: its storage or its configuration is not usable.",
  );
  return pass(`The health address answered 200 in ${Math.round(answer.milliseconds)} ms.`);
}
