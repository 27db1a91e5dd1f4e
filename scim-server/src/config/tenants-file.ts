import { z } from "zod";

const sha256 = z.string().regex(/^[0-9a-f]{64}$/, "must be 64 lower-case hexadecimal digits");

const urn = z.string().regex(/^urn:[A-Za-z0-9][A-Za-z0-9:._-]*$/, "must be a URN");

const tokenSchema = z.strictObject({
  /** Names the token in logs and in the audit trail. */
  id: z.string().min(1).max(100),
  /** SHA-256 of the credential after the scheme (basic: of `user:password`). */
  sha256,
  scope: z.enum(["read-write", "read-only"]).default("read-write"),
  expiresAt: z.iso.datetime({ offset: true }).nullable().default(null),
});

const attributeSchema = z.strictObject({
  schema: urn,
  /** RFC 7643 section 2.1: a name may have a dollar sign in it. */
  name: z.string().regex(/^[A-Za-z][\w$-]*$/, "must be an attribute name"),
  type: z
    .enum(["string", "boolean", "decimal", "integer", "dateTime", "reference", "binary"])
    .default("string"),
  multiValued: z.boolean().default(false),
  caseExact: z.boolean().default(false),
  description: z.string().max(1000).default(""),
});

const webhookSchema = z.strictObject({
  id: z.string().regex(/^[\w-]{1,100}$/, "must be letters, digits, _ and -"),
  url: z.url({ protocol: /^https?$/ }),
  /** A file with the secret that signs deliveries; the tenants file itself holds no secret. */
  secretFile: z.string().min(1),
  /** A change that was not taken this often is put with the dead letters. */
  maxAttempts: z.number().int().min(1).max(100).default(12),
  /** The pause after the first failure; it doubles up to five minutes. */
  firstPauseMilliseconds: z.number().int().min(10).max(300_000).default(500),
});

/** What the change feed and the audit trail hold. */
const changesSchema = z.strictObject({
  /** The attributes whose values are recorded, by their paths. The names of what changed are recorded always. */
  values: z.union([z.enum(["all", "none"]), z.array(z.string().min(1)).min(1)]).default("all"),
  /** Older changes are removed. Without it, and without `keepCount`, all are kept. */
  keepDays: z.number().int().min(1).optional(),
  /** Only so many changes are kept. */
  keepCount: z.number().int().min(1).optional(),
});

/** Names with a meaning of their own at the root of the server. */
const reservedNames: ReadonlySet<string> = new Set(["scim", "healthz", "readyz", "metrics", "inspector"]);

/** Refuses what would count as one and the same: by its key, which is said, or by its hash, which is not. */
function distinct<T>(what: string, keyOf: (item: T) => string, isSecret = false) {
  return (items: readonly T[], context: z.core.$RefinementCtx): void => {
    const seen = new Set<string>();
    for (const [index, item] of items.entries()) {
      const key = keyOf(item);
      const message = isSecret ? `there is an earlier ${what}` : `there are two ${what} ${key}`;
      if (seen.has(key)) context.addIssue({ code: "custom", path: [index], message });
      seen.add(key);
    }
  };
}

const tenantSchema = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, "must be lower-case letters, digits and hyphens")
    .refine((name) => !reservedNames.has(name), "is a reserved name"),
  /** Where clients reach the tenant; `Location` and `$ref` are built from it, never from the Host header. */
  publicUrl: z.url({ protocol: /^https?$/ }),
  authentication: z.enum(["header", "bearer", "basic"]).default("header"),
  tokens: z
    .array(tokenSchema)
    .superRefine(distinct("tokens with the id", ({ id }) => id))
    .superRefine(distinct("token with this sha256", ({ sha256: digest }) => digest, true))
    .default([]),
  attributes: z.array(attributeSchema).default([]),
  reactivateOnCreate: z.boolean().default(false),
  webhooks: z
    .array(webhookSchema)
    .superRefine(distinct("webhooks with the id", ({ id }) => id))
    .default([]),
  changes: changesSchema.default({ values: "all" }),
  /** For each token; answered by 429 with Retry-After, which Okta obeys. Without it there is no limit. */
  rateLimit: z
    .strictObject({ requestsPerSecond: z.number().positive(), burst: z.number().int().min(1) })
    .optional(),
});

const tenantsFileSchema = z.strictObject({
  version: z.literal(1),
  inspector: z
    .discriminatedUnion("access", [
      z.strictObject({ access: z.enum(["open", "loopback", "off"]) }),
      z.strictObject({ access: z.literal("token"), sha256: z.array(sha256).min(1) }),
    ])
    .default({ access: "loopback" }),
  tenants: z.array(tenantSchema).superRefine(distinct("tenants named", ({ name }) => name)),
});

export type TenantsFile = z.infer<typeof tenantsFileSchema>;
export type TenantConfig = TenantsFile["tenants"][number];
export type WebhookConfig = TenantConfig["webhooks"][number];
export type AttributeConfig = TenantConfig["attributes"][number];

/** The tenants file says something the server cannot use. */
export class TenantsFileError extends Error {
  readonly code = "TENANTS_FILE";
  readonly remedy = "Correct the tenants file; the server goes on with what it read last.";

  constructor(problems: readonly string[]) {
    super(`The tenants file is not valid: ${problems.join("; ")}`);
    this.name = "TenantsFileError";
  }
}

/** Reads the tenants file's text. Throws {@link TenantsFileError} with every problem by its path. */
export function parseTenantsFile(text: string): TenantsFile {
  let value: unknown;
  try {
    // Some editors begin a file with a byte order mark.
    value = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (error) {
    // The parser's own message quotes the file, which may hold what is no hash.
    const place = /line \d+ column \d+/.exec(String(error))?.[0];
    throw new TenantsFileError([place === undefined ? "it is not JSON" : `it is not JSON from ${place} on`]);
  }
  const parsed = tenantsFileSchema.safeParse(value);
  if (!parsed.success) {
    throw new TenantsFileError(
      parsed.error.issues.map((issue) => `${issue.path.join(".") || "file"} ${issue.message}`),
    );
  }
  return parsed.data;
}
