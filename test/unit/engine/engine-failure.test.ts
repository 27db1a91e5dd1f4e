import { expect, it } from "vitest";
import { toEngineError } from "../../../src/engine/engine-failure.ts";

/** What the Automation API says of a failed command: twice the same. */
function commandFailure(line: string): Error {
  const said = `Command failed with exit code 3: pulumi stack select --stack prod --non-interactive\nerror: ${line}`;
  return new Error(`code: -2\n stdout: \n stderr: ${said}\n err?: Error: ${said}\n`);
}

it.each([
  [
    "PULUMI_ACCESS_TOKEN must be set for login during non-interactive CLI sessions",
    "Stack prod: The backend that holds the stack's state asks for a login.",
    "PULUMI_BACKEND_URL",
  ],
  [
    "could not create secrets manager for new stack: passphrase must be set with PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE environment variables",
    "Stack prod: The stack's secrets can't be read: their passphrase is missing or wrong.",
    "PULUMI_CONFIG_PASSPHRASE",
  ],
])("%s", (line, message, remedy) => {
  const error = toEngineError(commandFailure(line), [], "prod");
  expect(error).toMatchObject({ code: "ENGINE_ACCESS_MISSING", message });
  expect(error.remedy).toContain(remedy);
});

it("another failure of a command is told by its own line, once", () => {
  const error = toEngineError(commandFailure("the bucket is gone"), [], "prod");
  expect(error).toMatchObject({ code: "ENGINE_OPERATION_FAILED", message: "the bucket is gone" });
});

it("what the engine said of resources counts more than the command's text", () => {
  const diagnostics = [
    { severity: "error", message: "E0000007: Not found: Resource not found", urn: undefined },
  ] as const;
  const error = toEngineError(commandFailure("update failed"), diagnostics, "prod");
  expect(error.message).toBe("E0000007: Not found: Resource not found");
});
