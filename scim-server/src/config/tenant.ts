import type { RateLimit } from "../authentication/rate-limiter.ts";
import type { RecordedValues } from "../changes/recorded-values.ts";
import { defineAttribute, type Schema } from "../schema/attribute.ts";
import { resolveAttributePath } from "../schema/attribute-path.ts";
import { groupSchema } from "../schema/group-schema.ts";
import { buildResourceModel, type ResourceModel } from "../schema/resource-model.ts";
import { enterpriseUserSchema, userSchema } from "../schema/user-schema.ts";
import type { AttributeConfig, TenantConfig, WebhookConfig } from "./tenants-file.ts";
import { TenantsFileError } from "./tenants-file.ts";

/** A credential that a tenant accepts. */
export interface Token {
  readonly id: string;
  readonly sha256: Buffer;
  readonly readOnly: boolean;
  /** Milliseconds since 1970. */
  readonly expiresAt: number | undefined;
}

/** A tenant as the server works with it. */
export interface Tenant {
  readonly name: string;
  /** Without a trailing slash: `https://scim.example.com/payroll/scim/v2`. */
  readonly scimUrl: string;
  readonly authentication: "header" | "bearer" | "basic";
  readonly tokens: readonly Token[];
  readonly users: ResourceModel;
  readonly groups: ResourceModel;
  readonly reactivateOnCreate: boolean;
  readonly webhooks: readonly WebhookConfig[];
  readonly changes: {
    readonly values: RecordedValues;
    /** Undefined: kept whatever its age. */
    readonly keepMilliseconds: number | undefined;
    /** Undefined: all of them. */
    readonly keepCount: number | undefined;
  };
  readonly rateLimit: RateLimit | undefined;
}

/** Builds a tenant from its configuration. Throws {@link TenantsFileError} for attributes that contradict a schema. */
export function buildTenant(config: TenantConfig): Tenant {
  const [core, extensions] = extendSchemas(config.name, config.attributes);
  const users = buildResourceModel(core, extensions);
  const groups = buildResourceModel(groupSchema, []);
  const { values, keepDays, keepCount } = config.changes;
  return {
    name: config.name,
    scimUrl: `${config.publicUrl.replace(/\/+$/, "")}/scim/v2`,
    authentication: config.authentication,
    tokens: config.tokens.map((token) => ({
      id: token.id,
      sha256: Buffer.from(token.sha256, "hex"),
      readOnly: token.scope === "read-only",
      expiresAt: token.expiresAt === null ? undefined : Date.parse(token.expiresAt),
    })),
    users,
    groups,
    reactivateOnCreate: config.reactivateOnCreate,
    webhooks: config.webhooks,
    changes: {
      values: readRecordedValues(config.name, [users, groups], values),
      keepMilliseconds: keepDays === undefined ? undefined : keepDays * millisecondsOfDay,
      keepCount,
    },
    rateLimit: config.rateLimit,
  };
}

const millisecondsOfDay = 86_400_000;

/** The names under which a change records attributes: those of an extension follow its URN. */
function readRecordedValues(
  tenant: string,
  models: readonly ResourceModel[],
  values: TenantConfig["changes"]["values"],
): RecordedValues {
  if (values === "all") return "all";
  if (values === "none") return new Set();
  return new Set(
    values.map((path) => {
      const found = models.map((model) => resolveAttributePath(model, path)).find((one) => one !== undefined);
      const { attribute, extension, subAttribute } = found ?? {};
      if (attribute === undefined || subAttribute !== undefined || attribute.returned === "never") {
        throw new TenantsFileError([`tenant ${tenant}: changes.values cannot name ${path}`]);
      }
      return extension === undefined ? attribute.name : `${extension.schema.id}:${attribute.name}`;
    }),
  );
}

function extendSchemas(
  tenant: string,
  attributes: readonly AttributeConfig[],
): readonly [core: Schema, extensions: readonly Schema[]] {
  const schemas = new Map<string, Schema>(
    [userSchema, enterpriseUserSchema].map((schema) => [schema.id.toLowerCase(), schema]),
  );
  for (const attribute of attributes) {
    const key = attribute.schema.toLowerCase();
    if (!schemas.has(key) && /^urn:ietf:params:scim:(api|schemas:core):/.test(key)) {
      throw new TenantsFileError([`tenant ${tenant}: ${attribute.schema} is no schema of people`]);
    }
    const schema = schemas.get(key) ?? {
      id: attribute.schema,
      name: nameSchema(attribute.schema),
      description: `Attributes of ${tenant}`,
      attributes: [],
    };
    const known = schema.attributes.find(({ name }) => name.toLowerCase() === attribute.name.toLowerCase());
    if (
      known !== undefined &&
      (known.type !== attribute.type || known.multiValued !== attribute.multiValued)
    ) {
      throw new TenantsFileError([
        `tenant ${tenant}: ${attribute.schema}:${attribute.name} is ${known.type} already, not ${attribute.type}`,
      ]);
    }
    const extended = known === undefined ? [...schema.attributes, declare(attribute)] : schema.attributes;
    schemas.set(key, { ...schema, attributes: extended });
  }
  const [core = userSchema, ...extensions] = schemas.values();
  return [core, extensions];
}

/** A name from the URN's last words without its version: `urn:example:hr:2.0:User` is HrUser, not another User. */
function nameSchema(urn: string): string {
  const words = urn.split(":").filter((word) => !/^[\d.]+$/.test(word));
  return words
    .slice(-2)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join("");
}

function declare(attribute: AttributeConfig): Schema["attributes"][number] {
  return defineAttribute(attribute.name, attribute.description || attribute.name, {
    type: attribute.type,
    multiValued: attribute.multiValued,
    caseExact: attribute.caseExact,
    referenceTypes: attribute.type === "reference" ? ["external"] : [],
  });
}
