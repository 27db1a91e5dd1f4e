import { join } from "node:path";
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { ServerConfig } from "../spec/stack-config.ts";
import {
  buildServerContainer,
  containerSuffix,
  replacedOnChanges,
  type ServerContainerParts,
  serverAddress,
} from "./server-container.ts";
import type { SecretFile } from "./server-secrets.ts";

/** What the bundled server of a stack is declared from. */
export interface ScimServerArgs {
  readonly projectDir: string;
  readonly stack: string;
  readonly settings: ServerConfig;
  /** Refuse to delete the volume with people's data. */
  readonly protect: boolean;
  /** The tenants file, as JSON. It holds hashes of tokens, no tokens. */
  readonly tenantsFile: pulumi.Input<string>;
  /** Files with secrets, next to the tenants file. */
  readonly secretFiles: readonly SecretFile[];
  /** Whether the people are kept in a database instead of a file of the server's. */
  readonly hasDatabase: boolean;
}

/**
 * The bundled SCIM server: image, network, volumes and container.
 *
 * Its configuration reaches it through a volume that a second container carries, which is never started: a changed tenants file replaces
 * that carrier only, and the server, which watches the file, goes on running.
 *
 * Several servers share a database and are replaced one after the other, each healthy before the next: behind a proxy that asks /readyz nobody
 * notices. (No Docker Swarm service: that would need a swarm and an image registry for what one proxy, needed for TLS anyway, does on any host.)
 */
export class ScimServer extends pulumi.ComponentResource {
  readonly containerName: pulumi.Output<string>;
  readonly imageDigest: pulumi.Output<string>;
  /** Where the server listens on the Docker host. */
  readonly address: string;
  /** Where all of them do, that one first. */
  readonly addresses: readonly string[];
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
        networkMode: "bridge",
        volumes: [{ volumeName: config.name, containerPath: "/config" }],
        uploads: [
          { file: "/config/tenants.json", content: args.tenantsFile },
          ...args.secretFiles.map(({ name: file, content }) => ({
            file: `/config/${file}`,
            content: pulumi.secret(content),
          })),
        ],
      },
      { ...child, deleteBeforeReplace: true },
    );
    const parts: ServerContainerParts = {
      settings,
      hasDatabase: args.hasDatabase,
      prefix,
      image: image.repoDigest,
      network: network.name,
      dataVolume: data.name,
      configVolume: config.name,
    };
    const declare = (index: number, before: readonly pulumi.Resource[]): docker.Container =>
      new docker.Container(`${name}-container${containerSuffix(index)}`, buildServerContainer(parts, index), {
        ...child,
        dependsOn: [carrier, ...before],
        deleteBeforeReplace: true,
        // Docker makes it twice the memory, or -1 where the kernel counts no swap; the plugin would want to clear it for ever.
        ignoreChanges: ["memorySwap"],
        replaceOnChanges: [...replacedOnChanges],
      });
    const first = declare(0, []);
    const containers = [first];
    for (let index = 1; index < settings.replicas; index++)
      containers.push(declare(index, containers.slice(-1)));
    this.containerName = first.name;
    this.imageDigest = image.repoDigest;
    this.address = serverAddress(settings, 0);
    this.addresses = containers.map((_, index) => serverAddress(settings, index));
    this.ready = [carrier, ...containers];
    this.done = pulumi.all([carrier.id, ...containers.map(({ id }) => id)]);
    this.registerOutputs({
      containerName: this.containerName,
      imageDigest: this.imageDigest,
      addresses: this.addresses,
    });
  }
}
