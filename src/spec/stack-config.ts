import { z } from "zod";
import { limitSchema, protectionSchema } from "./schema/safety-schema.ts";
import { httpUrl, shownText } from "./schema/text.ts";

const orgSchema = z.union(
  [
    z.literal("sandbox"),
    z.strictObject({
      orgName: z
        .string()
        .regex(/^[a-z0-9][a-z0-9-]*$/i, { error: "the org's name: what stands before the first dot" }),
      baseUrl: z
        .string()
        .regex(/^[a-z0-9.-]+$/i, { error: "a domain such as okta.com" })
        .default("okta.com"),
      clientId: shownText
        .optional()
        .describe("The service app's client id; without it, an API token is used."),
      privateKeyId: shownText.optional().describe("The `kid` of the service app's public key."),
      scopes: z
        .array(z.string().regex(/^okta\.[A-Za-z.]+$/, { error: "a scope such as okta.apps.manage" }))
        .min(1)
        .optional(),
      maxApiCapacity: z
        .int()
        .min(1)
        .max(100)
        .default(50)
        .describe("Percent of the org's rate limits that an update may use."),
      proxyUrl: httpUrl.optional().describe("An http proxy, or the emulated org, to send the API calls to."),
    }),
  ],
  { error: "`sandbox`, or a mapping with orgName" },
);

const lastPort = 65_535;

const serverSettings = z.strictObject({
  port: z.int().min(1).max(lastPort).default(8601).describe("The port published on the Docker host."),
  bindAddress: z
    .union([z.ipv4(), z.ipv6()])
    .default("127.0.0.1")
    .describe("The host's address that the port is published on."),
  baseImage: shownText
    .optional()
    .describe("The image's base; without it, it is built from the Node that npm installed."),
  dockerHost: z
    .string()
    .regex(/^(?:unix|tcp|ssh|npipe):\/\//, { error: "unix://, tcp:// or ssh://" })
    .optional()
    .describe("The Docker host; without it, and always with the sandbox, this machine's."),
  sshOptions: z.array(z.string()).default([]).describe("Options of ssh, for a Docker host behind it."),
  namePrefix: z
    .string()
    .regex(/^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,50}$/)
    .optional()
    .describe("What containers, volumes and the network are named after; without it, okta-scim-<stack>."),
  logLevel: z.enum(["debug", "info", "warn", "error"]).default("info"),
  memoryMegabytes: z.int().min(64).max(65_536).default(512),
  replicas: z
    .int()
    .min(1)
    .max(16)
    .default(1)
    .describe(
      "How many servers run side by side, on `port` and the ports after it, for a proxy in front of them. More than one need PostgreSQL: the secret okta-scim:storageUrl.",
    ),
  inspector: z
    .enum(["open", "loopback", "off"])
    .default("off")
    .describe(
      "Who sees the server's inspector page, which shows people: everybody, only this machine, or nobody.",
    ),
});

const serverSchema = serverSettings.refine(
  // A port that is none is told by itself.
  ({ port, replicas }) => port > lastPort || port + replicas - 1 <= lastPort,
  { path: ["port"], error: `a port with room for all \`replicas\` up to ${lastPort}` },
);

/** `pulumi config set` writes every true or false of the file anew as text, whichever key it sets. */
const flag = z.union([z.boolean(), z.enum(["true", "false"]).transform((text) => text === "true")], {
  error: "true or false",
});

/** The configuration of a stack: the `okta-scim:` keys of Pulumi.<stack>.yaml that are not secret. */
export const stackConfigSchema = z.strictObject({
  org: orgSchema.describe("The Okta org."),
  specs: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]*$/)
    .optional()
    .describe("The folder below stacks/ that holds the specs; without it, the stack's name."),
  apps: z.array(z.string()).optional().describe("Only these applications."),
  protection: protectionSchema
    .extend({
      acrossStack: z
        .strictObject({
          maxDeactivations: limitSchema
            .optional()
            .describe("How many people one update may deactivate over all apps; 100 where missing."),
          maxAssignmentRemovals: limitSchema
            .optional()
            .describe("How many assignments one update may remove over all apps; 20 where missing."),
          maxPushGroupRemovals: limitSchema
            .optional()
            .describe("How many push groups one update may remove over all apps; 20 where missing."),
          maxTargetGroupDeletions: limitSchema
            .optional()
            .describe("How many groups one update may delete in all apps; 5 where missing."),
        })
        .optional(),
    })
    .optional()
    .describe("Limits of what one update may take away, for apps whose spec gives none, and over all apps."),
  protect: flag.default(false).describe("Refuse to delete applications and the server's data."),
  server: serverSchema.prefault({}).describe("The bundled SCIM server."),
  sandboxConfigured: z
    .array(z.string())
    .default([])
    .describe("Only with the sandbox: apps whose manual step was done at the emulated console."),
});

export type StackConfig = z.output<typeof stackConfigSchema>;
export type OrgConfig = StackConfig["org"];
export type ServerConfig = StackConfig["server"];

/** The keys of `okta-scim:` that hold secrets. */
export const secretConfigKeys = ["privateKey", "apiToken", "tokenKey", "tokens", "storageUrl"] as const;

/** The database of the bundled server, where it is not its own SQLite file: `postgres://user:password@host/database`. */
export const storageUrlSchema = z.url({ protocol: /^postgres(?:ql)?$/ });

/** Tokens of apps whose token is not derived: at least 32 characters, as only their hashes are kept by the bundled server. */
export const explicitTokensSchema = z.record(
  z.string(),
  z.string().min(32, { error: "a token of at least 32 characters" }).max(512),
);
