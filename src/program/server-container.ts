import type * as docker from "@pulumi/docker";
import type { ServerConfig } from "../spec/stack-config.ts";
import { storageUrlFile } from "./server-secrets.ts";

/** The server's environment. No secret is in it: `docker inspect` shows it to everybody who may use Docker. */
export function serverEnvironment({ logLevel }: ServerConfig, hasDatabase: boolean): string[] {
  return [
    "SCIM_SERVER_CONFIG=/config/tenants.json",
    hasDatabase
      ? `SCIM_SERVER_STORAGE_FILE=/config/${storageUrlFile}`
      : "SCIM_SERVER_STORAGE=sqlite:///data/scim.sqlite",
    `SCIM_SERVER_LOG_LEVEL=${logLevel}`,
  ];
}

export const healthCheck: docker.types.input.ContainerHealthcheck = {
  tests: ["CMD", "node", "/app/server.mjs", "healthcheck"],
  // The first check comes after one interval, and an update waits for it.
  interval: "2s",
  timeout: "5s",
  startPeriod: "15s",
  retries: 3,
};

/** Logs are kept, and kept small. */
export const serverLogOptions: Readonly<Record<string, string>> = { "max-size": "10m", "max-file": "3" };
