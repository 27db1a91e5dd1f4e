import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { labelFor, wordsFor } from "../../../src/preview/changes/okta-words.ts";
import { autoLoginArguments, samlArguments, swaArguments } from "../../../src/program/app-arguments.ts";
import {
  connectionArguments,
  featuresArguments,
  mappingArguments,
  schemaPropertyArguments,
} from "../../../src/program/provisioning-arguments.ts";
import { loadStack } from "../../../src/spec/load-stack.ts";
import { planStack } from "../../../src/spec/plan-stack.ts";
import { signOnSchema } from "../../../src/spec/schema/sign-on-schema.ts";

const root = join(import.meta.dirname, "..", "..", "..");
const plan = planStack("dev", loadStack(root, "dev").specs, { protect: false, sandboxConfigured: [] })
  .apps[0];
if (plan === undefined) throw new Error("the example stack has an app");
const attribute = plan.attributes[0];
if (attribute === undefined) throw new Error("the example app has an attribute");
const autoLogin = signOnSchema.parse({ mode: "auto_login" });
const swa = signOnSchema.parse({ mode: "swa" });
const saml = signOnSchema.parse({ mode: "saml" });
if (autoLogin.mode !== "auto_login" || swa.mode !== "swa" || saml.mode !== "saml") throw new Error("modes");

/** Everything that the program declares of an app, by the resource's type. */
const declared: readonly (readonly [string, object])[] = [
  ["okta:app/autoLogin:AutoLogin", autoLoginArguments(plan, autoLogin)],
  ["okta:app/swa:Swa", swaArguments(plan, swa)],
  ["okta:app/saml:Saml", samlArguments({ ...plan, catalogName: undefined }, saml)],
  ["okta:app/connection:Connection", connectionArguments(plan, "0oa", "token")],
  ["okta:app/features:Features", featuresArguments(plan, "0oa")],
  ["okta:index/appUserSchemaProperty:AppUserSchemaProperty", schemaPropertyArguments(attribute, "0oa")],
  ["okta:profile/mapping:Mapping", mappingArguments(plan, "source", "0oa")],
];

function leaves(value: unknown, path = ""): string[] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [path];
  return Object.entries(value).flatMap(([name, nested]) =>
    leaves(nested, path === "" ? name : `${path}.${name}`),
  );
}

describe("Okta's words", () => {
  for (const [type, inputs] of declared)
    it(`has one for every setting that the program declares of ${type}`, () => {
      const words = wordsFor(type);
      const told = leaves(inputs).filter((path) => path !== "mappings");
      expect(told.length).toBeGreaterThan(1);
      expect(told.filter((path) => labelFor(words, path) === path)).toEqual([]);
    });
});
