import { isIP } from "node:net";
import {
  type ConnectionOptions,
  checkServerIdentity,
  connect,
  type PeerCertificate,
  rootCertificates,
} from "node:tls";
import type { AppSession } from "../app-session.ts";
import { type Check, CheckFailure, demand, pass, warn } from "../check.ts";
import type { AppCheckPlan } from "../check-plan.ts";
import type { Exchange } from "../exchange.ts";
import { isLoopback, readEndpoint } from "./network.ts";

const dayMs = 86_400_000;
/** Days before its end from which on a certificate is warned about. */
const warnBelowDays = 30;

export const tlsChecks: readonly Check[] = [
  {
    id: "server.tls.https",
    question: "Is the server only used encrypted?",
    run: refusePlainHttp,
  },
  {
    id: "server.tls.chain",
    question: "Is the server's certificate signed by an authority that Okta knows?",
    needs: ["server.tcp"],
    inapplicable: withoutTls,
    run: verifyChain,
  },
  {
    id: "server.tls.host-name",
    question: "Is the certificate made out to the server's host name?",
    needs: ["server.tcp"],
    inapplicable: withoutTls,
    run: verifyHostName,
  },
  {
    id: "server.tls.expiry",
    question: "Is the certificate valid for a while yet?",
    needs: ["server.tcp"],
    inapplicable: withoutTls,
    run: verifyExpiry,
  },
  {
    id: "server.tls.protocols",
    question: "Does the server speak TLS 1.2 or newer, and nothing older?",
    needs: ["server.tcp"],
    inapplicable: withoutTls,
    run: verifyProtocols,
  },
];

/** What must be so before any request to the server can succeed. */
export const reachable: readonly string[] = [
  "server.tcp",
  "server.tls.chain",
  "server.tls.host-name",
  "server.tls.expiry",
];

function withoutTls(app: AppCheckPlan): string | undefined {
  return readEndpoint(app.server.baseUrl).isHttps ? undefined : "The server is reached by plain HTTP.";
}

async function refusePlainHttp({ app }: AppSession) {
  const { host, isHttps } = readEndpoint(app.server.baseUrl);
  if (isHttps) return pass("The base URL is https.");
  demand(
    isLoopback(host),
    `The base URL is plain HTTP at ${host}: the token and people's data travel in clear.`,
    "Put TLS in front of the server and write https in the spec's URL; Okta takes no other.",
  );
  return pass("Plain HTTP, which never leaves this machine.");
}

async function verifyChain(session: AppSession) {
  const { problem, issuer, exchange } = await shakeHands(session, {});
  const aboutChain =
    problem !== undefined && problem !== "CERT_HAS_EXPIRED" && problem !== "CERT_NOT_YET_VALID";
  demand(
    !aboutChain,
    `The certificate's chain is not trusted: ${problem}.`,
    "Serve the whole chain (with the intermediate certificates) of a public authority; Okta trusts no private ones.",
    exchange,
  );
  return pass(`The chain is trusted; issued by ${issuer}.`, { exchange });
}

async function verifyHostName(session: AppSession) {
  const { host } = readEndpoint(session.app.server.baseUrl);
  const { names, nameError, exchange } = await shakeHands(session, {});
  demand(
    nameError === undefined,
    `The certificate is for ${names}, not for ${host}.`,
    "Get a certificate with the host name among its subject alternative names, or correct the URL.",
    exchange,
  );
  return pass(`The certificate is for ${names}.`, { exchange });
}

async function verifyExpiry(session: AppSession) {
  const { validFrom, validTo, exchange } = await shakeHands(session, {});
  const now = session.now().getTime();
  const remedy = "Renew the certificate now, and let something renew it by itself before its last month.";
  demand(
    validFrom <= now,
    `The certificate is valid only from ${showDay(validFrom)}.`,
    "Set the server's clock, or wait.",
    exchange,
  );
  demand(validTo > now, `The certificate expired on ${showDay(validTo)}.`, remedy, exchange);
  const days = Math.floor((validTo - now) / dayMs);
  const evidence = `The certificate expires in ${days} ${days === 1 ? "day" : "days"}, on ${showDay(validTo)}.`;
  return days < warnBelowDays ? warn(evidence, remedy, { exchange }) : pass(evidence, { exchange });
}

async function verifyProtocols(session: AppSession) {
  const modern = await negotiate(session, { minVersion: "TLSv1.2" });
  demand(
    modern !== undefined,
    "The server speaks neither TLS 1.2 nor TLS 1.3.",
    "Switch TLS 1.2 and 1.3 on; Okta's client needs 1.2 at least.",
    { request: nameHandshake(session), answer: "no version from 1.2 on" },
  );
  // OpenSSL's own default would refuse old protocols before the server is asked.
  const old = await negotiate(session, {
    minVersion: "TLSv1",
    maxVersion: "TLSv1.1",
    ciphers: "ALL:@SECLEVEL=0",
  });
  demand(
    old === undefined,
    `The server still speaks ${old?.protocol}.`,
    "Switch TLS 1.0 and 1.1 off (RFC 8996).",
    old?.exchange,
  );
  return pass(`The server speaks ${modern.protocol} and nothing older than TLS 1.2.`, {
    exchange: modern.exchange,
  });
}

async function negotiate(session: AppSession, options: ConnectionOptions): Promise<Handshake | undefined> {
  try {
    return await shakeHands(session, options);
  } catch (error) {
    if (error instanceof CheckFailure) return undefined;
    throw error;
  }
}

interface Handshake {
  readonly protocol: string | undefined;
  /** OpenSSL's code of what is wrong with the chain, e.g. `SELF_SIGNED_CERT_IN_CHAIN`; names are not looked at. */
  readonly problem: string | undefined;
  readonly nameError: Error | undefined;
  readonly names: string;
  readonly issuer: string;
  /** Epoch milliseconds. */
  readonly validFrom: number;
  readonly validTo: number;
  readonly exchange: Exchange;
}

/** The handshake as the request of an exchange. */
function nameHandshake({ app }: AppSession): string {
  const { host, port } = readEndpoint(app.server.baseUrl);
  return `TLS handshake with ${host}:${port}`;
}

/** Opens a TLS connection, takes down what it shows whether trusted or not, and closes it. */
async function shakeHands(session: AppSession, options: ConnectionOptions): Promise<Handshake> {
  const { host, port } = readEndpoint(session.app.server.baseUrl);
  const { promise, resolve, reject } = Promise.withResolvers<Handshake>();
  const { certificateAuthority } = session;
  const socket = connect({
    host,
    port,
    servername: isIP(host) === 0 ? host : "",
    rejectUnauthorized: false,
    checkServerIdentity: () => undefined,
    ...(certificateAuthority === undefined ? {} : { ca: [...rootCertificates, certificateAuthority] }),
    ...options,
  });
  const stop = () => reject(session.signal.reason);
  session.signal.addEventListener("abort", stop, { once: true });
  socket.once("error", reject);
  socket.once("secureConnect", () => {
    const certificate = socket.getPeerCertificate();
    const protocol = socket.getProtocol() ?? undefined;
    const names = listNames(certificate);
    resolve({
      protocol,
      problem: socket.authorizationError === null ? undefined : String(socket.authorizationError),
      nameError: checkServerIdentity(host, certificate),
      names,
      issuer: String(certificate.issuer.O ?? certificate.issuer.CN ?? "an unnamed authority"),
      validFrom: Date.parse(certificate.valid_from),
      validTo: Date.parse(certificate.valid_to),
      exchange: {
        request: nameHandshake(session),
        answer: `${protocol}, certificate for ${names}, until ${certificate.valid_to}`,
      },
    });
  });
  try {
    return await promise;
  } catch (error) {
    if (session.signal.aborted) throw session.signal.reason;
    const reason = error instanceof Error ? error.message.trim() : String(error);
    throw new CheckFailure(
      `The ${nameHandshake(session)} failed: ${reason}.`,
      "Check that the port speaks TLS and which protocols and ciphers it allows.",
      { exchange: { request: nameHandshake(session), answer: reason } },
    );
  } finally {
    session.signal.removeEventListener("abort", stop);
    socket.destroy();
  }
}

function listNames(certificate: PeerCertificate): string {
  const alternatives = certificate.subjectaltname?.replaceAll(/(?:DNS|IP Address):/g, "");
  return alternatives ?? String(certificate.subject.CN ?? "no name");
}

function showDay(epochMs: number): string {
  return new Date(epochMs).toISOString().slice(0, 10);
}
