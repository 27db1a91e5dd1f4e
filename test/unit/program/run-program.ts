import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import * as pulumi from "@pulumi/pulumi";
import type { StackOutputs } from "../../../src/program/stack-outputs.ts";

/** A resource as the engine would be told of it. */
export interface DeclaredResource {
  readonly type: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  /** An import's id. */
  readonly importId: string | undefined;
  /** When it was declared and when it was done, as places in the sequence of all such moments. */
  readonly begun: number;
  readonly ended: number;
}

export interface ProgramRun {
  readonly resources: readonly DeclaredResource[];
  readonly outputs: StackOutputs;
}

export interface RunOptions {
  readonly projectDir: string;
  readonly stack: string;
  /** Values of `okta-scim:` keys; what is no text is written as JSON. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** What the org has; by default every group and person that is asked for. */
  readonly groups?: readonly string[];
  readonly logins?: readonly string[];
  /** Milliseconds that a resource takes, by its name. */
  readonly slow?: (name: string) => number;
  readonly preview?: boolean;
}

const secretMark = "4dabf18193072939515e22adb298388d";

/** Runs the program against Pulumi's mocks, in an org that has what the specs name. Needs a test file of its own process, as all of Pulumi's mocks do. */
export async function runProgram(options: RunOptions): Promise<ProgramRun> {
  const sandboxDir = mkdtempSync(join(tmpdir(), "okta-scim-program-"));
  mkdirSync(join(sandboxDir, "okta"));
  writeFileSync(
    join(sandboxDir, "okta", "address.json"),
    JSON.stringify({ url: "http://127.0.0.1:8600", apiToken: "00sandbox" }),
  );
  process.env["OKTA_SCIM_SANDBOX_DIR"] = sandboxDir;
  process.env["OKTA_SCIM_SKIP_CHECKS"] = "1";
  const resources: DeclaredResource[] = [];
  let moment = 0;
  await pulumi.runtime.setMocks(
    {
      newResource: async ({ type, name, inputs, id }) => {
        const begun = moment++;
        await sleep(options.slow?.(name) ?? 0);
        resources.push({ type, name, inputs, importId: id === "" ? undefined : id, begun, ended: moment++ });
        return {
          id: `${name}-id`,
          state: { signOnMode: "AUTO_LOGIN", repoDigest: "sha256:digest", ...inputs },
        };
      },
      call: ({ token, inputs }) => answer(token, inputs, options),
    },
    "okta-scim",
    options.stack,
    options.preview ?? false,
    "organization",
  );
  const config = Object.entries({ org: "sandbox", tokenKey: "k".repeat(43), ...options.config });
  pulumi.runtime.setAllConfig(
    Object.fromEntries(
      config.map(([key, value]) => [
        `okta-scim:${key}`,
        typeof value === "string" ? value : JSON.stringify(value),
      ]),
    ),
  );
  try {
    const { defineProgram } = await import("../../../src/program/define-program.ts");
    const outputs = await defineProgram(options.projectDir, { requireOrg: async () => undefined })();
    // In a preview the checks stay unknown, and nothing that contains them resolves.
    if (options.preview !== true) await resolveOutput(pulumi.output(outputs));
    await pulumi.runtime.disconnect();
    return { resources, outputs };
  } finally {
    rmSync(sandboxDir, { recursive: true, force: true });
  }
}

/** The value of an output. */
export function resolveOutput<T>(output: pulumi.Output<T>): Promise<T> {
  return new Promise((resolve) => {
    output.apply(resolve);
  });
}

/** A value with secrets replaced, as a preview shows them. */
export function maskSecrets(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(maskSecrets);
  if (secretMark in value) return "[secret]";
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, maskSecrets(inner)]));
}

function answer(
  token: string,
  inputs: Record<string, unknown>,
  options: RunOptions,
): Record<string, unknown> {
  switch (token) {
    case "okta:group/getGroup:getGroup": {
      const name = String(inputs["name"]);
      const known = options.groups?.includes(name) ?? true;
      const isOkta = name !== "Everyone";
      if (!known || (inputs["type"] === "OKTA_GROUP") !== isOkta)
        throw refusal(`group with name "${name}" does not exist`);
      return { id: `00g-${name}`, name };
    }
    case "okta:index/getGroups:getGroups":
      return { groups: (options.groups ?? []).map((name) => ({ name, type: "OKTA_GROUP" })) };
    case "okta:user/getUser:getUser": {
      const [search] = Array.isArray(inputs["searches"]) ? inputs["searches"] : [];
      const { value, comparison } = search;
      const found = options.logins?.find((login) =>
        comparison === "sw" ? login.startsWith(value) : login === value,
      );
      if (options.logins !== undefined && found === undefined)
        throw refusal(`failed to locate user with search: ${value}`);
      return { id: `00u-${value}`, login: found ?? value };
    }
    case "okta:user/getUserProfileMappingSource:getUserProfileMappingSource":
      return { id: "oty-user" };
    case "pulumi:pulumi:readStackOutputs":
    case "pulumi:pulumi:readStackResourceOutputs":
      return { outputs: {} };
    default:
      throw new Error(`the program called ${token}, which is not expected`);
  }
}

/** An error as gRPC carries it: the SDK reads its `details`. */
function refusal(details: string): Error {
  return Object.assign(new Error(details), { details });
}
