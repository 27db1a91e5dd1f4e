import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { dockerProvider } from "../../../sandbox/plugins/docker/provider.ts";
import { oktaProvider } from "../../../sandbox/plugins/okta/provider.ts";

const require = createRequire(import.meta.url);

/** The inputs that the installed SDK lets a program give, from its type declarations. */
function readSdkInputs(provider: string, token: string): string[] {
  const [, module = "", name = ""] = token.split(":");
  const root = dirname(require.resolve(`@pulumi/${provider}/package.json`));
  const text = readFileSync(join(root, `${module.replace(/^index\//, "")}.d.ts`), "utf8");
  const [, body = ""] = new RegExp(`export interface ${name}Args \\{([\\s\\S]*?)\\n\\}`).exec(text) ?? [];
  return [...body.matchAll(/^ {4}(\w+)\??: /gm)].map((match) => match[1] ?? "").sort();
}

describe.each([
  ["okta", oktaProvider],
  ["docker", dockerProvider],
] as const)("the %s stand-in", (name, provider) => {
  it.each(provider.resources.map((resource) => resource.token))(
    "takes what the SDK lets a program give: %s",
    (token) => {
      const schema = provider.schema.resources[token];
      expect(Object.keys(schema?.inputProperties ?? {}).sort()).toEqual(readSdkInputs(name, token));
    },
  );

  it("serves every resource and function of its schema", () => {
    expect(provider.resources.map((resource) => resource.token).sort()).toEqual(
      Object.keys(provider.schema.resources).sort(),
    );
    expect(provider.functions.map((called) => called.token).sort()).toEqual(
      Object.keys(provider.schema.functions).sort(),
    );
  });

  it("has table entries only for properties that exist", () => {
    for (const resource of provider.resources) {
      const inputs = Object.keys(provider.schema.resources[resource.token]?.inputProperties ?? {});
      const outputs = Object.keys(provider.schema.resources[resource.token]?.properties ?? {});
      const named = [
        ...Object.keys(resource.defaults ?? {}),
        ...(resource.computed ?? []),
        ...(resource.replaces ?? []),
        ...Object.keys(resource.sets ?? {}),
        ...Object.keys(resource.allowed ?? {}).map((path) => path.split(".")[0] ?? ""),
        ...Object.keys(resource.same ?? {}).map((path) => path.split(".")[0] ?? ""),
      ];
      expect(inputs, resource.token).toEqual(expect.arrayContaining(named));
      expect(outputs, resource.token).toEqual(expect.arrayContaining([...(resource.volatile ?? [])]));
    }
  });
});
