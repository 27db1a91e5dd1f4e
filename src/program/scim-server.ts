import { join } from "node:path";
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { ServerConfig } from "../spec/stack-config.ts";
import { healthCheck, serverEnvironment, serverLogOptions } from "./server-container.ts";

export interface ScimServerArgs {
  readonly projectDir: string;
  readonly stack: string;
  readonly settings: ServerConfig;
  /** Refuse to delete the volume with people's data. */
  readonly protect: boolean;
  /** The tenants file, as JSON. It holds hashes of tokens, no tokens. */
  readonly tenantsFile: pulumi.Input<string>;
}

const containerPort = 8080;

/**
 * The bundled SCIM server: image, network, volumes and container.
 *
 * Its configuration reaches it through a volume that a second container carries, which is never started: a changed tenants file replaces
 * that carrier only, and the server, which watches the file, goes on running.
 */
export class ScimServer extends pulumi.ComponentResource {
  readonly containerName: pulumi.Output<string>;
  readonly imageDigest: pulumi.Output<string>;
  /** Where the server listens on the Docker host. */
  readonly address: string;
  /** What must stand before Okta may call the server. */
  readonly ready: readonly pulumi.Resource[];
  /** Resolves when everything of the server is done. */
  readonly done: pulumi.Output<readonly string[]>;

  constructor(name: string, args: ScimServerArgs, opts: pulumi.ComponentResourceOptions) {
    super("okta-scim:index:ScimServer", name, {}, opts);
    const { settings, projectDir } = args;
    const prefix = settings.namePrefix ?? `okta-scim-${args.stack}`;
    const child = { parent: this };
    const context = join(projectDir, "scim-server");
    const image = new docker.Image(
      `${name}-image`,
      {
        imageName: `${prefix}:latest`,
        skipPush: true,
        build: {
          context,
          dockerfile: join(context, "Dockerfile"),
          args: settings.baseImage === undefined ? {} : { BASE: settings.baseImage },
        },
      },
      child,
    );
    const network = new docker.Network(`${name}-network`, { name: prefix, driver: "bridge" }, child);
    const data = new docker.Volume(
      `${name}-data`,
      { name: `${prefix}-data` },
      { ...child, protect: args.protect },
    );
    const config = new docker.Volume(`${name}-config`, { name: `${prefix}-config` }, child);
    const carrier = new docker.Container(
      `${name}-config-carrier`,
      {
        name: `${prefix}-config`,
        image: image.repoDigest,
        start: false,
        mustRun: false,
        volumes: [{ volumeName: config.name, containerPath: "/config" }],
        uploads: [{ file: "/config/tenants.json", content: args.tenantsFile }],
      },
      { ...child, deleteBeforeReplace: true },
    );
    const container = new docker.Container(
      `${name}-container`,
      {
        name: `${prefix}-server`,
        image: image.repoDigest,
        envs: serverEnvironment(settings),
        ports: [
          { internal: containerPort, external: settings.port, ip: settings.bindAddress, protocol: "tcp" },
        ],
        volumes: [
          { volumeName: data.name, containerPath: "/data" },
          { volumeName: config.name, containerPath: "/config", readOnly: true },
        ],
        networksAdvanced: [{ name: network.name }],
        user: "65532:65532",
        readOnly: true,
        tmpfs: { "/tmp": "rw,noexec,nosuid,size=16m" },
        capabilities: { drops: ["ALL"] },
        securityOpts: ["no-new-privileges:true"],
        memory: settings.memoryMegabytes,
        restart: "unless-stopped",
        logDriver: "json-file",
        logOpts: serverLogOptions,
        healthcheck: healthCheck,
        wait: true,
        waitTimeout: 60,
        destroyGraceSeconds: 20,
      },
      { ...child, dependsOn: [carrier], deleteBeforeReplace: true },
    );
    this.containerName = container.name;
    this.imageDigest = image.repoDigest;
    this.address = `http://${settings.bindAddress}:${settings.port}`;
    this.ready = [carrier, container];
    this.done = pulumi.all([carrier.id, container.id]);
    this.registerOutputs({
      containerName: this.containerName,
      imageDigest: this.imageDigest,
      address: this.address,
    });
  }
}
