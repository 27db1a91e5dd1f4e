import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import {
  deriveConnectionToken,
  hashCredential,
  toAuthorization,
  toOktaToken,
} from "../../../src/program/connection-token.ts";
import type { ConnectionPlan } from "../../../src/spec/plan-types.ts";

const connection: ConnectionPlan = {
  management: "api",
  chosenBy: "spec",
  configured: true,
  configuredBySandbox: false,
  authentication: "header",
  username: undefined,
  clientId: undefined,
  tokenVersion: 1,
  acceptPreviousToken: false,
};

describe("connection tokens", () => {
  it("stay the same for the same stack, tenant and version, and differ otherwise", () => {
    const subject = { stack: "dev", tenant: "payroll", version: 1 };
    const token = deriveConnectionToken("key", subject);
    expect(deriveConnectionToken("key", subject)).toBe(token);
    const others = [
      deriveConnectionToken("other", subject),
      deriveConnectionToken("key", { ...subject, stack: "prod" }),
      deriveConnectionToken("key", { ...subject, tenant: "expenses" }),
      deriveConnectionToken("key", { ...subject, version: 2 }),
    ];
    expect(new Set([token, ...others]).size).toBe(5);
    expect(token).toMatch(/^[\w-]{43}$/);
  });

  it("are typed in Okta with their scheme only where Okta sends them as typed", () => {
    expect(toOktaToken("header", "t")).toBe("Bearer t");
    expect(toOktaToken("bearer", "t")).toBe("t");
  });

  it("are known to the server by the hash of what follows the scheme", () => {
    const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
    expect(hashCredential(connection, "t")).toBe(sha256("t"));
    const basic: ConnectionPlan = { ...connection, authentication: "basic", username: "okta" };
    expect(hashCredential(basic, "t")).toBe(sha256("okta:t"));
    expect(toAuthorization(basic, "t")).toBe(`Basic ${Buffer.from("okta:t").toString("base64")}`);
    expect(toAuthorization(connection, "t")).toBe("Bearer t");
  });
});
