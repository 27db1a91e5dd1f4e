import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { findSandboxOrg } from "../../../src/program/sandbox-org.ts";
import { runProgram } from "./run-program.ts";

const everything = join(import.meta.dirname, "..", "..", "fixtures", "specs", "everything");
const manual = join(import.meta.dirname, "..", "..", "fixtures", "specs", "manual");
const tokens = { "web-gate": "g".repeat(40) };

/** What a run that is refused says. */
async function refusalOf(run: Promise<unknown>): Promise<string> {
  return run.then(
    () => "it was not refused",
    (error: unknown) => (error instanceof Error ? `${error.name} ${error.message}` : String(error)),
  );
}

describe("wrong input ends the program before anything is declared", () => {
  it("groups and people that the org does not have, all of them, with the closest ones", async () => {
    const groups = [
      "Archive Readers",
      "Gate Admin",
      "Gate Users",
      "Contractors",
      "Everyone",
      "Contractors EU",
    ];
    const run = runProgram({
      projectDir: everything,
      stack: "acme",
      config: { tokens },
      groups,
      logins: ["adam@example.com"],
    });
    expect(await refusalOf(run)).toMatchInlineSnapshot(`
      "ProgramError Stack acme names groups or people that the Okta org does not have. Nothing was changed.

      stacks/acme/web-gate.yaml:12:14 error SC1601: The Okta org has no group "Gate Admins".
        at: pushGroups = "Gate Admins"
        did you mean: Gate Admin
        what to do: Mend the name, or create the group first.

      stacks/acme/web-gate.yaml:19:16 error SC1602: The Okta org has nobody with the login "ada@example.com".
        at: assignments.users = "ada@example.com"
        did you mean: adam@example.com
        what to do: Mend the login, or create the person first.

      2 errors in 1 file."
    `);
  });

  it("a configuration that is wrong, key by key, where it is written", async () => {
    const projectDir = mkdtempSync(join(tmpdir(), "okta-scim-config-"));
    cpSync(manual, projectDir, { recursive: true });
    const file = `config:
  okta-scim:org: { orgName: acme.okta.com, scopes: [apps] }
  okta-scim:server: { port: 80000, prot: 1 }
  okta-scim:protect: yes please
  okta-scim:sever: {}
`;
    writeFileSync(join(projectDir, "Pulumi.acme.yaml"), file);
    const config = {
      org: { orgName: "acme.okta.com", scopes: ["apps"] },
      server: { port: 80000, prot: 1 },
      protect: "yes please",
      sever: {},
      tokenKey: "short",
      tokens: { expenses: "short" },
    };
    const refusal = await refusalOf(runProgram({ projectDir, stack: "acme", config }));
    rmSync(projectDir, { recursive: true });
    expect(refusal).toMatchInlineSnapshot(`
      "ProgramError The configuration of stack acme is wrong. Nothing was changed.

      Pulumi.acme.yaml:2:3 error SC1501: \`okta-scim:tokenKey\` has fewer than 32 characters.
        at: tokenKey
        what to do: Mend Pulumi.<stack>.yaml; docs/production.md describes each key.

      Pulumi.acme.yaml:2:3 error SC1501: \`okta-scim:tokens.expenses\` must be a token of at least 32 characters.
        what to do: Mend Pulumi.<stack>.yaml; docs/production.md describes each key.

      Pulumi.acme.yaml:2:29 error SC1501: This must be the org's name: what stands before the first dot.
        at: org.orgName = "acme.okta.com"
        what to do: Mend Pulumi.<stack>.yaml; docs/production.md describes each key.

      Pulumi.acme.yaml:2:53 error SC1501: This must be a scope such as okta.apps.manage.
        at: org.scopes[0] = "apps"
        what to do: Mend Pulumi.<stack>.yaml; docs/production.md describes each key.

      Pulumi.acme.yaml:3:29 error SC1501: At most 65535 is possible here.
        at: server.port = 80000
        what to do: Mend Pulumi.<stack>.yaml; docs/production.md describes each key.

      Pulumi.acme.yaml:3:36 error SC1501: The key "prot" is unknown in server.
        at: server.prot
        allowed: port, bindAddress, baseImage, dockerHost, sshOptions, namePrefix, logLevel, memoryMegabytes, replicas, inspector
        did you mean: port
        what to do: Mend Pulumi.<stack>.yaml; docs/production.md describes each key.

      Pulumi.acme.yaml:4:22 error SC1501: This must be true or false.
        at: protect = "yes please"
        what to do: Mend Pulumi.<stack>.yaml; docs/production.md describes each key.

      Pulumi.acme.yaml:5:3 error SC1501: The key "sever" is unknown.
        at: sever
        allowed: org, specs, apps, protection, protect, server, sandboxConfigured
        did you mean: server
        what to do: Mend Pulumi.<stack>.yaml; docs/production.md describes each key.

      8 errors in 1 file."
    `);
  });

  it("an org without a credential, and a sandbox's setting for a real org", async () => {
    const config = { org: { orgName: "acme", clientId: "0oa1" }, sandboxConfigured: ["expenses"] };
    expect(await refusalOf(runProgram({ projectDir: manual, stack: "acme", config }))).toMatchInlineSnapshot(`
      "ProgramError The configuration of stack acme is wrong. Nothing was changed.

      Pulumi.acme.yaml:1:1 error SC1501: \`clientId\` needs \`scopes\`: docs/production.md lists them.
        what to do: Mend Pulumi.<stack>.yaml; docs/production.md describes each key.

      Pulumi.acme.yaml:1:1 error SC1501: \`clientId\` needs the secret okta-scim:privateKey.
        what to do: Mend Pulumi.<stack>.yaml; docs/production.md describes each key.

      Pulumi.acme.yaml:1:1 error SC1501: \`okta-scim:sandboxConfigured\` is for the sandbox; a spec of a real org says \`connection.configured: true\`.
        what to do: Mend Pulumi.<stack>.yaml; docs/production.md describes each key.

      3 errors in 1 file."
    `);
  });

  it("the token of an external server", async () => {
    expect(await refusalOf(runProgram({ projectDir: everything, stack: "acme" }))).toMatchInlineSnapshot(`
      "ProgramError Tokens of stack acme are missing. Nothing was changed.

      stacks/acme/web-gate.yaml:1:1 error SC1503: The external SCIM server of web-gate needs the token that its operator made: okta-scim:tokens.web-gate.
        what to do: Set it: pulumi config set --secret --path 'okta-scim:tokens.<app>' <token>

      1 error in 1 file."
    `);
  });

  it("an application that the stack does not have", async () => {
    const run = runProgram({ projectDir: manual, stack: "acme", config: { apps: ["expense"] } });
    expect(await refusalOf(run)).toMatchInlineSnapshot(
      `"ProgramError okta-scim:apps names "expense", which the stack does not have. Did you mean expenses?"`,
    );
  });
});

describe("the emulated org", () => {
  const folders: string[] = [];
  afterEach(() => {
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
  });

  function environmentWith(address: string | undefined): NodeJS.ProcessEnv {
    const dir = mkdtempSync(join(tmpdir(), "okta-scim-sandbox-"));
    folders.push(dir);
    mkdirSync(join(dir, "okta"));
    if (address !== undefined) writeFileSync(join(dir, "okta", "address.json"), address);
    return { OKTA_SCIM_SANDBOX_DIR: dir };
  }

  it("that never ran", () => {
    expect(() => findSandboxOrg("/nowhere", environmentWith(undefined))).toThrowErrorMatchingInlineSnapshot(
      `[ProgramError: The stack uses the emulated Okta org (okta-scim:org: sandbox), which is not running: it left no address. Start it: npx okta-scim sandbox start]`,
    );
  });

  it("that has ended", () => {
    const address = JSON.stringify({ url: "http://127.0.0.1:8600/", apiToken: "00x", pid: 2 ** 22 + 1 });
    expect(() => findSandboxOrg("/nowhere", environmentWith(address))).toThrowErrorMatchingInlineSnapshot(
      `[ProgramError: The emulated Okta org has ended (it was process 4194305, at http://127.0.0.1:8600/). Start it: npx okta-scim sandbox start]`,
    );
  });

  it("that runs, and another address for it", () => {
    const address = JSON.stringify({ url: "http://127.0.0.1:8600/", apiToken: "00x", pid: process.pid });
    const environment = environmentWith(address);
    expect(findSandboxOrg("/nowhere", environment)).toEqual({
      url: "http://127.0.0.1:8600",
      apiToken: "00x",
    });
    expect(
      findSandboxOrg("/nowhere", { ...environment, OKTA_SCIM_SANDBOX_URL: "http://127.0.0.1:9000" }).url,
    ).toBe("http://127.0.0.1:9000");
  });
});
