import { ConcurrentUpdateError } from "@pulumi/pulumi/automation/index.js";
import { type Diagnostic, describeFailure } from "./diagnostics.ts";
import { EngineError } from "./engine-error.ts";

/** What the CLI says where it may not read a stack, and what to set. */
const accessFailures: readonly {
  readonly pattern: RegExp;
  readonly message: string;
  readonly remedy: (stack: string) => string;
}[] = [
  {
    pattern: /no stack named/i,
    message: "The backend has no stack of that name yet.",
    remedy: (stack) => `Make it: pulumi stack init ${stack} (docs/production.md begins with it).`,
  },
  {
    pattern: /PULUMI_ACCESS_TOKEN must be set|not logged in|pulumi login/i,
    message: "The backend that holds the stack's state asks for a login.",
    remedy: () =>
      "Set PULUMI_ACCESS_TOKEN for Pulumi Cloud, or PULUMI_BACKEND_URL for a backend of your own (a bucket, a folder); for people `pulumi login` does the same.",
  },
  {
    pattern: /passphrase must be set|incorrect passphrase/i,
    message: "The stack's secrets can't be read: their passphrase is missing or wrong.",
    remedy: () =>
      "Set PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE to the one that encrypted them.",
  },
];

/** The failure of an engine's operation, with the way out where it is known. */
export function toEngineError(
  error: unknown,
  diagnostics: readonly Diagnostic[],
  stack: string,
): EngineError {
  if (error instanceof EngineError) return error;
  const text = error instanceof Error ? error.message : String(error);
  if (/\bwas killed with SIG/.test(text)) {
    return new EngineError(
      "ENGINE_OPERATION_FAILED",
      "Something killed the engine in the middle of the operation.",
      "Run the command again: it puts right what was left behind and goes on.",
      { cause: error },
    );
  }
  if (error instanceof ConcurrentUpdateError) {
    return new EngineError(
      "ENGINE_STACK_LOCKED",
      `Stack ${stack} is locked by another update.`,
      `Wait for it to end. If its process is gone: \`pulumi cancel --stack ${stack}\`.`,
      { cause: error },
    );
  }
  const missing = accessFailures.find(({ pattern }) => pattern.test(text));
  if (missing !== undefined && diagnostics.length === 0) {
    return new EngineError(
      "ENGINE_ACCESS_MISSING",
      `Stack ${stack}: ${missing.message}`,
      missing.remedy(stack),
      {
        cause: error,
      },
    );
  }
  const failure = describeFailure(diagnostics, readErrorLines(text));
  if (orgSilence.test(failure)) {
    return new EngineError(
      "ENGINE_ORG_UNREACHABLE",
      failure,
      "See that the org can be reached (npm run doctor -- --stack " +
        `${stack}; npm start for the sandbox), then run the command again: what was done already is recorded.`,
      { cause: error },
    );
  }
  return new EngineError("ENGINE_OPERATION_FAILED", failure, remedyOf(failure, stack), { cause: error });
}

/** The org went away while the program asked it for names: before that, each operation has asked whether it answers. */
const orgSilence = /Okta org could not be asked for .*(?:can't be reached|did not answer)/;

/** Failures of this machine and of its Docker daemon whose way out is known. */
const machineFailures: readonly {
  readonly pattern: RegExp;
  readonly remedy: (stack: string) => string;
}[] = [
  {
    pattern: /no space left on device|disk quota exceeded/i,
    remedy: () =>
      "Make room on that disk, then run the command again: it looks for what was begun and could not be recorded any more, and goes on.",
  },
  {
    pattern: /port is already allocated|bind: address already in use/,
    remedy: (stack) =>
      `End what listens on that port, or choose another: okta-scim:server in Pulumi.${stack}.yaml has the port, the specs' publicUrl names it. Then run the command again; what was done already is recorded.`,
  },
  {
    pattern: /network with name \S+ already exists|container name \S+ is already in use/,
    remedy: (stack) =>
      `Another checkout, or one that is gone, deployed a stack ${stack} on this Docker host. Run \`npm run destroy\` there; where it is gone, remove what the message names (docker network rm, docker rm -f). Or give this one names of its own: namePrefix in okta-scim:server of Pulumi.${stack}.yaml.`,
  },
];

function remedyOf(failure: string, stack: string): string {
  return (
    machineFailures.find(({ pattern }) => pattern.test(failure))?.remedy(stack) ??
    "Correct what the message names and run the command again; what was done already is recorded."
  );
}

/** The lines in which the CLI says what is wrong, each once; the whole text where it has none. */
function readErrorLines(text: string): string {
  const lines = [...text.matchAll(/^error: (.+)$/gm)].map(([, line]) => line);
  return lines.length === 0 ? text : [...new Set(lines)].join("\n");
}
