import type * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";
import type { ServerConfig } from "../spec/stack-config.ts";
import { storageUrlFile } from "./server-secrets.ts";

const containerPort = 8080;

/** What a container of the server is made of. */
export interface ServerContainerParts {
  readonly settings: ServerConfig;
  /** Whether the people are kept in a database instead of a file of the server's. */
  readonly hasDatabase: boolean;
  /** What the containers are named after. */
  readonly prefix: string;
  readonly image: pulumi.Input<string>;
  readonly network: pulumi.Input<string>;
  readonly dataVolume: pulumi.Input<string>;
  readonly configVolume: pulumi.Input<string>;
}

/** What tells the first container, number 0, from those after it. */
export function containerSuffix(index: number): string {
  return index === 0 ? "" : `-${index + 1}`;
}

/** A container of the server: without rights, its root read-only, on the port of its number. */
export function buildServerContainer(parts: ServerContainerParts, index: number): docker.ContainerArgs {
  const { settings, hasDatabase } = parts;
  return {
    name: `${parts.prefix}-server${containerSuffix(index)}`,
    image: parts.image,
    envs: serverEnvironment(settings, hasDatabase),
    ports: [
      {
        internal: containerPort,
        external: settings.port + index,
        ip: settings.bindAddress,
        protocol: "tcp",
      },
    ],
    // A file of people has one writer: the servers of a database need no place for it.
    volumes: [
      ...(hasDatabase ? [] : [{ volumeName: parts.dataVolume, containerPath: "/data" }]),
      { volumeName: parts.configVolume, containerPath: "/config", readOnly: true },
    ],
    networksAdvanced: [{ name: parts.network }],
    // Newer Docker answers `bridge` where nothing was said, which the plugin would take for a reason to replace the container.
    networkMode: "bridge",
    user: "65532:65532",
    readOnly: true,
    tmpfs: {
      "/tmp": "rw,noexec,nosuid,size=16m",
      ...(hasDatabase ? { "/data": "rw,noexec,nosuid,size=1m" } : {}),
    },
    capabilities: { drops: ["ALL"] },
    securityOpts: ["no-new-privileges:true"],
    memory: settings.memoryMegabytes,
    restart: "unless-stopped",
    logDriver: "json-file",
    // Logs are kept, and kept small.
    logOpts: { "max-size": "10m", "max-file": "3" },
    healthcheck: healthCheck,
    wait: true,
    waitTimeout: 60,
    destroyGraceSeconds: 20,
  };
}

/** Where the container of that number listens on the Docker host. */
export function serverAddress({ bindAddress, port }: ServerConfig, index: number): string {
  const host = bindAddress.includes(":") ? `[${bindAddress}]` : bindAddress;
  return `http://${host}:${port + index}`;
}

/** The server's environment. No secret is in it: `docker inspect` shows it to everybody who may use Docker. */
function serverEnvironment({ logLevel }: ServerConfig, hasDatabase: boolean): string[] {
  return [
    "SCIM_SERVER_CONFIG=/config/tenants.json",
    hasDatabase
      ? `SCIM_SERVER_STORAGE_FILE=/config/${storageUrlFile}`
      : "SCIM_SERVER_STORAGE=sqlite:///data/scim.sqlite",
    `SCIM_SERVER_LOG_LEVEL=${logLevel}`,
  ];
}

const healthCheck: docker.types.input.ContainerHealthcheck = {
  tests: ["CMD", "node", "/app/server.mjs", "healthcheck"],
  // The first check comes after one interval, and an update waits for it.
  interval: "2s",
  timeout: "5s",
  startPeriod: "15s",
  retries: 3,
};

/**
 * What only a new container takes on. In place, the plugin records a new health check or tmpfs without applying it, and asks Docker for more
 * memory than the old swap limit, which Docker refuses. (Not `healthcheck` as a whole: the plugin gives its startInterval a default of its own.)
 */
export const replacedOnChanges: readonly string[] = [
  ...Object.keys(healthCheck).map((key) => `healthcheck.${key}`),
  "memory",
  "tmpfs",
];
