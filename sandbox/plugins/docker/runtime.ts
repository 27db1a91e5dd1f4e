import { z } from "zod";
import type { JsonObject } from "../protocol/property-value.ts";

/**
 * What the resources need of a container runtime, in the Docker Engine API's own shapes (v1.41). There are two: a
 * Docker daemon, and plain processes for machines without one.
 * @see https://docs.docker.com/reference/api/engine/version/v1.41/
 */
export interface ContainerRuntime {
  readonly buildImage: (build: ImageBuild, onLine: (line: string) => void) => Promise<void>;
  /** By name or id. */
  readonly findImage: (reference: string) => Promise<ImageDetails | undefined>;
  readonly pullImage: (reference: string, platform: string | undefined) => Promise<void>;
  readonly pushImage: (reference: string, credentials: RegistryCredentials | undefined) => Promise<void>;
  readonly removeImage: (reference: string, force: boolean) => Promise<void>;
  /** @returns its id */
  readonly createNetwork: (network: JsonObject) => Promise<string>;
  readonly findNetwork: (id: string) => Promise<NetworkDetails | undefined>;
  readonly removeNetwork: (id: string) => Promise<void>;
  readonly createVolume: (volume: JsonObject) => Promise<VolumeDetails>;
  readonly findVolume: (name: string) => Promise<VolumeDetails | undefined>;
  readonly removeVolume: (name: string) => Promise<void>;
  /** @returns its id */
  readonly createContainer: (
    name: string,
    container: JsonObject,
    platform: string | undefined,
  ) => Promise<string>;
  readonly connectNetwork: (id: string, network: string, endpoint: JsonObject) => Promise<void>;
  readonly disconnectNetwork: (id: string, network: string) => Promise<void>;
  readonly uploadFiles: (id: string, files: readonly UploadedFile[]) => Promise<void>;
  readonly startContainer: (id: string) => Promise<void>;
  readonly findContainer: (id: string) => Promise<ContainerDetails | undefined>;
  readonly updateContainer: (id: string, change: JsonObject) => Promise<void>;
  /** @param graceSeconds how long it may take to stop by itself */
  readonly stopContainer: (id: string, graceSeconds: number) => Promise<void>;
  readonly removeContainer: (id: string, removeVolumes: boolean) => Promise<void>;
  /** The last lines of its log. */
  readonly readLog: (id: string, lines: number) => Promise<string>;
}

/** How to build an image. */
export interface ImageBuild {
  readonly tags: readonly string[];
  /** A folder on this machine. */
  readonly context: string;
  /** A path on this machine, inside the context or not. */
  readonly dockerfile: string;
  readonly args: Readonly<Record<string, string>>;
  readonly target: string | undefined;
  readonly platform: string | undefined;
  readonly network: string | undefined;
  readonly addHosts: readonly string[];
  readonly cacheFrom: readonly string[];
  readonly useBuildKit: boolean;
  readonly noCache: boolean;
}

export interface RegistryCredentials {
  readonly username: string;
  readonly password: string;
  readonly serveraddress: string;
}

/** A file to be written into a container's file system. */
export interface UploadedFile {
  /** Absolute inside the container. */
  readonly path: string;
  readonly content: Uint8Array;
  /** Permission bits. */
  readonly mode: number;
}

/** The runtime said no. */
export class RuntimeError extends Error {
  readonly code = "SANDBOX_DOCKER";
  /** The Engine API's HTTP status; 404 is "no such thing". */
  readonly status: number;

  constructor(status: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
  }
}

export const imageDetails = z.object({
  Id: z.string(),
  RepoDigests: z.array(z.string()).nullish(),
  RepoTags: z.array(z.string()).nullish(),
});
export const networkDetails = z.object({
  Id: z.string(),
  Name: z.string(),
  Scope: z.string(),
  Driver: z.string(),
  Internal: z.boolean(),
  Attachable: z.boolean(),
  Ingress: z.boolean(),
  EnableIPv6: z.boolean(),
  Options: z.record(z.string(), z.string()).nullish(),
  Labels: z.record(z.string(), z.string()).nullish(),
});
export const volumeDetails = z.object({
  Name: z.string(),
  Driver: z.string(),
  Mountpoint: z.string(),
  Options: z.record(z.string(), z.string()).nullish(),
  Labels: z.record(z.string(), z.string()).nullish(),
});
const texts = z.array(z.string()).nullish();
const portBindings = z.record(
  z.string(),
  z.array(z.object({ HostIp: z.string().default(""), HostPort: z.string().default("") })).nullable(),
);
export const containerDetails = z.object({
  Id: z.string(),
  Name: z.string(),
  /** The image's id. */
  Image: z.string(),
  State: z.object({
    Running: z.boolean(),
    Status: z.string(),
    ExitCode: z.number(),
    Health: z.object({ Status: z.string() }).nullish(),
  }),
  Config: z.object({
    Image: z.string(),
    Hostname: z.string().default(""),
    User: z.string().default(""),
    WorkingDir: z.string().default(""),
    Cmd: texts,
    Entrypoint: texts,
    Labels: z.record(z.string(), z.string()).nullish(),
    StopSignal: z.string().nullish(),
    StopTimeout: z.number().nullish(),
  }),
  HostConfig: z.object({
    ReadonlyRootfs: z.boolean().default(false),
    Privileged: z.boolean().default(false),
    NetworkMode: z.string().default(""),
    RestartPolicy: z.object({ Name: z.string(), MaximumRetryCount: z.number() }).nullish(),
    Memory: z.number().default(0),
    MemorySwap: z.number().default(0),
    CpuShares: z.number().default(0),
    CpusetCpus: z.string().default(""),
    CapAdd: texts,
    CapDrop: texts,
    Init: z.boolean().nullish(),
    PortBindings: portBindings.nullish(),
    LogConfig: z.object({ Type: z.string() }).nullish(),
    IpcMode: z.string().default(""),
    Runtime: z.string().default(""),
    ShmSize: z.number().default(0),
    SecurityOpt: texts,
  }),
  NetworkSettings: z.object({
    Bridge: z.string().default(""),
    Ports: portBindings.nullish(),
    Networks: z
      .record(
        z.string(),
        z.object({
          Gateway: z.string().default(""),
          GlobalIPv6Address: z.string().default(""),
          GlobalIPv6PrefixLen: z.number().default(0),
          IPAddress: z.string().default(""),
          IPPrefixLen: z.number().default(0),
          IPv6Gateway: z.string().default(""),
          MacAddress: z.string().default(""),
        }),
      )
      .nullish(),
  }),
});

export type ImageDetails = z.infer<typeof imageDetails>;
export type NetworkDetails = z.infer<typeof networkDetails>;
export type VolumeDetails = z.infer<typeof volumeDetails>;
export type ContainerDetails = z.infer<typeof containerDetails>;
