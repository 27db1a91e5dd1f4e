import { describe, expect, it } from "vitest";
import { createRedactor, redactJson } from "../../../src/okta/redaction.ts";

describe("secrets", () => {
  it("are masked in a text wherever they stand, the longest first", () => {
    const redact = createRedactor(["00abcd", "00abcdef", "abc"]);
    expect(redact("SSWS 00abcdef, SSWS 00abcd, abc")).toBe("SSWS [secret], SSWS [secret], abc");
  });

  it("are masked in JSON by the names of their members, however deep and however written", () => {
    const profile = { authScheme: "TOKEN", token: "Bearer t" };
    const credentials = { password: { value: "hunter2" }, clientSecret: "s", privateKey: { d: "d" } };
    expect(redactJson([{ profile, credentials, ApiToken: "00x", client_assertion: ["a"] }])).toEqual([
      {
        profile: { authScheme: "TOKEN", token: "[secret]" },
        credentials: { password: "[secret]", clientSecret: "[secret]", privateKey: "[secret]" },
        ApiToken: "[secret]",
        client_assertion: "[secret]",
      },
    ]);
  });

  it("are not made up where there is none", () => {
    const value = { token: null, password: false, tokens: 2, list: [1, null, "x"] };
    expect(redactJson(value)).toEqual(value);
  });
});
