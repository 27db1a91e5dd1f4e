import { setTimeout as sleep } from "node:timers/promises";
import { answering, refusal, targets, whenChecksAsk } from "../breakages.ts";
import type { BrokenCase } from "../broken-case.ts";
import { CertificateAuthority } from "../certificate-authority.ts";
import type { World } from "../world.ts";

/** OpenSSL's old versions and ciphers, which its default refuses. */
const weak = "ALL:@SECLEVEL=0";

/** Checks the server at another address. */
function checkAt(world: World, baseUrl: string) {
  return world.check({ only: ["server."] }, (app) => {
    const { healthUrl: _health, evidenceUrl: _evidence, ...server } = app.server;
    return { ...app, server: { ...server, kind: "external", baseUrl } };
  });
}

/** What is wrong below SCIM: name, port, TLS, time. */
export const networkCases: readonly BrokenCase[] = [
  {
    id: "server.dns",
    how: "the name has no address",
    run: (world) => checkAt(world, "https://no-such-host.invalid/scim/v2"),
    evidence: /^no-such-host\.invalid has no address \(\w+\)\.$/,
    remedy: "Create the DNS record",
  },
  {
    id: "server.tcp",
    how: "nothing listens",
    run: (world) => world.proxy.unreachable(() => world.check()),
    evidence: /does not accept connections \(ECONNREFUSED\)/,
    remedy: "Start the server",
  },
  {
    id: "server.tls.https",
    how: "tokens travel in clear, to another machine as far as the address tells",
    run: (world) =>
      world.proxy.unencrypted(() => {
        const { port } = new URL(world.proxy.url);
        return checkAt(world, `http://0.0.0.0:${port}/payroll/scim/v2`);
      }),
    remedy: "Put TLS in front",
  },
  {
    id: "server.tls.chain",
    how: "an authority that nobody knows has signed",
    run: (world) =>
      world.proxy.shakingHandsBy(new CertificateAuthority().issue({ hostName: "localhost" }), () =>
        world.check(),
      ),
    evidence: /^The certificate's chain is not trusted: \w+\.$/,
    remedy: "Serve the whole chain",
  },
  {
    id: "server.tls.host-name",
    how: "the certificate is another host's",
    run: (world) =>
      world.proxy.shakingHandsBy(world.authority.issue({ hostName: "other.example.com" }), () =>
        world.check(),
      ),
    evidence: /^The certificate is for other\.example\.com, not for localhost\.$/,
    remedy: "subject alternative names",
  },
  {
    id: "server.tls.expiry",
    how: "the certificate has expired",
    run: (world) =>
      world.proxy.shakingHandsBy(world.authority.issue({ hostName: "localhost", validToDays: -2 }), () =>
        world.check(),
      ),
    evidence: /^The certificate expired on \d{4}-\d\d-\d\d\.$/,
    remedy: "Renew the certificate now",
  },
  {
    id: "server.tls.expiry",
    how: "the certificate's last month has begun",
    outcome: "warn",
    run: (world) =>
      world.proxy.shakingHandsBy(world.authority.issue({ hostName: "localhost", validToDays: 20.5 }), () =>
        world.check(),
      ),
    evidence: /^The certificate expires in 20 days, on/,
    remedy: "Renew the certificate now",
  },
  {
    id: "server.tls.protocols",
    how: "TLS 1.0 and 1.1 are spoken beside the new versions",
    run: (world) => world.proxy.shakingHandsBy({ minVersion: "TLSv1", ciphers: weak }, () => world.check()),
    evidence: /^The server still speaks TLSv1\.1\.$/,
    remedy: "Switch TLS 1.0 and 1.1 off",
  },
  {
    id: "server.health",
    run: (world) => world.proxy.broken(answering(targets("/healthz"), refusal(503)), () => world.check()),
    remedy: "server's log",
  },
  {
    id: "server.latency",
    outcome: "warn",
    run: (world) => {
      const slow = whenChecksAsk(targets("/Users?startIndex=1&count=1"), async (_request, forward) => {
        await sleep(150);
        return forward();
      });
      return world.proxy.broken(slow, () =>
        world.check({ only: ["server.latency"], patience: { fastEnoughMs: 140 } }),
      );
    },
    remedy: "Aim at under 140 ms",
  },
];
