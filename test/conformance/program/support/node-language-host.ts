import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { Server, ServerCredentials } from "@grpc/grpc-js";
import languageGrpc from "@pulumi/pulumi/proto/language_grpc_pb.js";
import type { RunRequest } from "@pulumi/pulumi/proto/language_pb.js";
import languagePb from "@pulumi/pulumi/proto/language_pb.js";
import pluginPb from "@pulumi/pulumi/proto/plugin_pb.js";
import { parse } from "yaml";
import { z } from "zod";
import { unary } from "../../../../sandbox/plugins/protocol/unary-call.ts";

const repository = join(import.meta.dirname, "..", "..", "..", "..");
const projectFile = z.object({ runtime: z.object({ options: z.object({ nodeargs: z.string() }) }) });
const runner = join(repository, "node_modules", "@pulumi", "pulumi", "cmd", "run", "index.js");

/**
 * A stand-in for Pulumi's Node.js language plugin, which comes with the official CLI only: it runs the program in a `node` of its own, through
 * the runner of @pulumi/pulumi, with the arguments, environment and folder that the plugin gives it for `typescript: false`.
 */
export class NodeLanguageHost implements Disposable {
  readonly #server = new Server();
  readonly #output: string[] = [];
  #port = 0;

  /**
   * @param node the `node` to run the program with
   * @param main the program's file
   */
  static async start(node: string, main: string): Promise<NodeLanguageHost> {
    const host = new NodeLanguageHost();
    host.#server.addService(languageGrpc.LanguageRuntimeService, {
      getPluginInfo: unary(async () => new pluginPb.PluginInfo()),
      run: unary((request: RunRequest) => host.#run(node, main, request)),
    });
    host.#port = await new Promise<number>((resolve, reject) => {
      host.#server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) =>
        error === null ? resolve(port) : reject(error),
      );
    });
    return host;
  }

  /** The value of the CLI's `--client`. */
  get address(): string {
    return `127.0.0.1:${this.#port}`;
  }

  /** What the program wrote. */
  get output(): string {
    return this.#output.join("");
  }

  [Symbol.dispose](): void {
    this.#server.forceShutdown();
  }

  async #run(node: string, main: string, request: RunRequest): Promise<languagePb.RunResponse> {
    const folder = dirname(main);
    const flags = {
      monitor: request.getMonitorAddress(),
      engine: request.getArgsList()[0] ?? "",
      project: request.getProject(),
      organization: request.getOrganization(),
      stack: request.getStack(),
      parallel: String(request.getParallel()),
      pwd: folder,
    };
    const child = spawn(
      node,
      [
        ...readNodeArguments(),
        runner,
        ...Object.entries(flags).flatMap(([name, value]) => [`--${name}`, value]),
        ...(request.getDryrun() ? ["--dry-run"] : []),
        basename(main),
      ],
      {
        cwd: folder,
        stdio: ["ignore", "pipe", "pipe"],
        env: {
          ...process.env,
          PULUMI_CONFIG: JSON.stringify(Object.fromEntries(request.getConfigMap().toArray())),
          PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
          PULUMI_NODEJS_TYPESCRIPT: "false",
        },
      },
    );
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (chunk: Buffer) => this.#output.push(chunk.toString()));
    const exitCode = await new Promise<number | null>((resolve) => child.once("close", resolve));
    const response = new languagePb.RunResponse();
    if (exitCode !== 0) response.setError(`the program ended with code ${exitCode}`);
    return response;
  }
}

function readNodeArguments(): readonly string[] {
  const text = readFileSync(join(repository, "Pulumi.yaml"), "utf8");
  return projectFile.parse(parse(text)).runtime.options.nodeargs.split(" ");
}
