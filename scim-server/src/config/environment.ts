import { readFileSync } from "node:fs";
import { z } from "zod";
import type { TlsFiles } from "../operation/tls.ts";

const environmentSchema = z.object({
  SCIM_SERVER_CONFIG: z.string().min(1).default("/config/tenants.json"),
  SCIM_SERVER_STORAGE: z
    .string()
    .regex(/^(sqlite|postgres|postgresql):\/\//, "must start with sqlite:// or postgres://")
    .default("sqlite:///data/scim.sqlite"),
  SCIM_SERVER_STORAGE_FILE: z.string().min(1).optional(),
  SCIM_SERVER_HOST: z.string().min(1).default("0.0.0.0"),
  SCIM_SERVER_PORT: z.coerce.number().int().min(0).max(65_535).default(8080),
  SCIM_SERVER_LOG_LEVEL: z.enum(["trace", "debug", "info", "warn", "error", "silent"]).default("info"),
  SCIM_SERVER_LOG_PERSONAL_DATA: z.enum(["true", "false"]).default("false"),
  SCIM_SERVER_MAX_BODY_BYTES: z.coerce.number().int().min(1024).default(10_485_760),
  SCIM_SERVER_MAX_CONNECTIONS: z.coerce.number().int().min(1).default(2000),
  SCIM_SERVER_MAX_LAG_MILLISECONDS: z.coerce.number().int().min(10).default(1000),
  SCIM_SERVER_REQUEST_TIMEOUT_SECONDS: z.coerce.number().int().min(1).default(60),
  SCIM_SERVER_TRUSTED_PROXIES: z.string().default(""),
  SCIM_SERVER_TLS_CERTIFICATE_FILE: z.string().min(1).optional(),
  SCIM_SERVER_TLS_KEY_FILE: z.string().min(1).optional(),
});

/** The server's settings, from its environment. */
export interface Environment {
  /** The tenants file. */
  readonly configFile: string;
  /** `sqlite:///path` or `postgres://…`; may hold a password, so it is never logged. */
  readonly storageUrl: string;
  readonly host: string;
  readonly port: number;
  readonly logLevel: string;
  /** Whether logs may name people: paths with their query then appear in them. */
  readonly logPersonalData: boolean;
  readonly maxBodyBytes: number;
  readonly maxConnections: number;
  /** How far the event loop may lag before requests are answered 503. */
  readonly maxLagMilliseconds: number;
  /** How long a client may take to send a request. */
  readonly requestTimeoutSeconds: number;
  /** Addresses or networks whose X-Forwarded-For is believed. */
  readonly trustedProxies: readonly string[];
  /** The server's own certificate; undefined behind a proxy that ends TLS. */
  readonly tls: TlsFiles | undefined;
}

/** A variable of the environment has a value the server cannot use. */
export class EnvironmentError extends Error {
  readonly code = "ENVIRONMENT";
  readonly remedy = "Correct the environment variables named here; docs/scim-server.md lists them all.";

  constructor(problems: readonly string[]) {
    super(problems.join("\n"));
    this.name = "EnvironmentError";
  }
}

/** Reads the settings. Throws {@link EnvironmentError}, which names each wrong variable but never its value. */
export function readEnvironment(variables: Readonly<Record<string, string | undefined>>): Environment {
  const parsed = environmentSchema.safeParse(variables);
  if (!parsed.success) {
    throw new EnvironmentError(
      parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`),
    );
  }
  const values = parsed.data;
  return {
    configFile: values.SCIM_SERVER_CONFIG,
    storageUrl: readStorageUrl(values.SCIM_SERVER_STORAGE, values.SCIM_SERVER_STORAGE_FILE),
    host: values.SCIM_SERVER_HOST,
    port: values.SCIM_SERVER_PORT,
    logLevel: values.SCIM_SERVER_LOG_LEVEL,
    logPersonalData: values.SCIM_SERVER_LOG_PERSONAL_DATA === "true",
    maxBodyBytes: values.SCIM_SERVER_MAX_BODY_BYTES,
    maxConnections: values.SCIM_SERVER_MAX_CONNECTIONS,
    maxLagMilliseconds: values.SCIM_SERVER_MAX_LAG_MILLISECONDS,
    requestTimeoutSeconds: values.SCIM_SERVER_REQUEST_TIMEOUT_SECONDS,
    trustedProxies: values.SCIM_SERVER_TRUSTED_PROXIES.split(",").flatMap((proxy) => proxy.trim() || []),
    tls: readTlsFiles(values.SCIM_SERVER_TLS_CERTIFICATE_FILE, values.SCIM_SERVER_TLS_KEY_FILE),
  };
}

function readTlsFiles(
  certificateFile: string | undefined,
  keyFile: string | undefined,
): TlsFiles | undefined {
  if (certificateFile === undefined && keyFile === undefined) return undefined;
  if (certificateFile === undefined || keyFile === undefined) {
    throw new EnvironmentError([
      "SCIM_SERVER_TLS_CERTIFICATE_FILE and SCIM_SERVER_TLS_KEY_FILE: set both, or none",
    ]);
  }
  return { certificateFile, keyFile };
}

function readStorageUrl(url: string, file: string | undefined): string {
  if (file === undefined) return url;
  try {
    return readFileSync(file, "utf8").trim();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new EnvironmentError([`SCIM_SERVER_STORAGE_FILE: ${reason}`]);
  }
}
