import type { AddressInfo } from "node:net";
import { createServer, type TlsOptions } from "node:tls";
import { describe, expect, it } from "vitest";
import { networkChecks } from "../../../src/checks/server/network.ts";
import { tlsChecks } from "../../../src/checks/server/tls.ts";
import {
  CertificateAuthority,
  type CertificateRequest,
} from "../../conformance/checks/support/certificate-authority.ts";
import { makeApp, runForApp } from "./run-for-app.ts";

const authority = new CertificateAuthority();
const stranger = new CertificateAuthority();
const weak = "ALL:@SECLEVEL=0";

/** Runs the TLS checks against a server with this certificate. */
async function check(
  request: CertificateRequest,
  options: TlsOptions = {},
  issuer = authority,
): Promise<Record<string, { outcome: string; evidence: string }>> {
  const server = createServer({ ...issuer.issue(request), ...options }, (socket) => socket.end());
  server.on("tlsClientError", () => undefined);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    const baseUrl = `https://localhost:${readPort(server.address())}/scim/v2`;
    const report = await runForApp([...networkChecks, ...tlsChecks], makeApp({ baseUrl }), {
      certificateAuthority: authority.cert,
    });
    return Object.fromEntries(
      report.results
        .filter(({ id }) => id.startsWith("server.tls."))
        .map(({ id, outcome, evidence }) => [id.slice("server.tls.".length), { outcome, evidence }]),
    );
  } finally {
    server.close();
  }
}

function readPort(address: AddressInfo | string | null): number {
  return typeof address === "object" && address !== null ? address.port : 0;
}

/** All outcomes pass but these. */
function allPassBut(differences: Readonly<Record<string, string>>) {
  const all = {
    https: "pass",
    chain: "pass",
    "host-name": "pass",
    expiry: "pass",
    protocols: "pass",
    ...differences,
  };
  return Object.fromEntries(
    Object.entries(all).map(([id, outcome]) => [id, expect.objectContaining({ outcome })]),
  );
}

describe("TLS", () => {
  it("that is in order passes", async () => {
    const found = await check({ hostName: "localhost" });
    expect(found).toEqual(allPassBut({}));
    expect(found["protocols"]?.evidence).toBe("The server speaks TLSv1.3 and nothing older than TLS 1.2.");
    expect(found["chain"]?.evidence).toBe("The chain is trusted; issued by Test Authority.");
  });

  it("by an authority that nobody knows fails the chain alone", async () => {
    expect(await check({ hostName: "localhost" }, {}, stranger)).toEqual(allPassBut({ chain: "fail" }));
  });

  it("for another host fails the host name alone", async () => {
    const found = await check({ hostName: "other.example.com" });
    expect(found).toEqual(allPassBut({ "host-name": "fail" }));
    expect(found["host-name"]?.evidence).toBe("The certificate is for other.example.com, not for localhost.");
  });

  it.each([
    [{ validToDays: -2 }, "fail", /^The certificate expired on \d{4}-\d\d-\d\d\.$/],
    [{ validFromDays: 2 }, "fail", /^The certificate is valid only from/],
    [{ validToDays: 20.5 }, "warn", /^The certificate expires in 20 days, on/],
  ])("with validity %j is told by the expiry alone", async (validity, outcome, evidence) => {
    const found = await check({ hostName: "localhost", ...validity });
    expect(found).toEqual(allPassBut({ expiry: outcome }));
    expect(found["expiry"]?.evidence).toMatch(evidence);
  });

  it("of an old version beside new ones fails the protocols alone", async () => {
    const found = await check({ hostName: "localhost" }, { minVersion: "TLSv1", ciphers: weak });
    expect(found).toEqual(allPassBut({ protocols: "fail" }));
    expect(found["protocols"]?.evidence).toBe("The server still speaks TLSv1.1.");
  });

  it("without any version from this century's second decade fails", async () => {
    const found = await check(
      { hostName: "localhost" },
      { minVersion: "TLSv1", maxVersion: "TLSv1.1", ciphers: weak },
    );
    expect(found["protocols"]).toMatchObject({
      outcome: "fail",
      evidence: "The server speaks neither TLS 1.2 nor TLS 1.3.",
    });
  });
});
