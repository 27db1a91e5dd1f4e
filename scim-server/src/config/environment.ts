import { readFileSync } from "node:fs";
import { z } from "zod";

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
  SCIM_SERVER_MAX_BODY_BYTES: z.coerce.number().int().min(1024).default(10_485_760),
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
  readonly maxBodyBytes: number;
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
    maxBodyBytes: values.SCIM_SERVER_MAX_BODY_BYTES,
  };
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
