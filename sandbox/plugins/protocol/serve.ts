import { Server, ServerCredentials } from "@grpc/grpc-js";
import providerGrpc from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import type { ProviderDefinition } from "./definition.ts";
import { ProviderService } from "./provider-service.ts";

/** A plugin that listens. */
export interface RunningPlugin {
  readonly port: number;
  readonly close: () => void;
}

/** A state with many resources is one message; the engine itself allows 400 MB. */
const maxMessageBytes = 400 * 1024 * 1024;

/** Serves a provider on a free loopback port. @throws Error when no port can be had */
export async function servePlugin<Client>(definition: ProviderDefinition<Client>): Promise<RunningPlugin> {
  const server = new Server({
    "grpc.max_receive_message_length": maxMessageBytes,
    "grpc.max_send_message_length": maxMessageBytes,
  });
  server.addService(providerGrpc.ResourceProviderService, new ProviderService(definition).implementation());
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  return { port, close: () => server.forceShutdown() };
}

/**
 * Runs a plugin as a process: its port is the first line of its output. Ctrl-C reaches the whole process group, and
 * the engine then needs its plugins to finish what they do, so only SIGTERM or, with `--exit-with-stdin`, the end
 * of the parent ends it.
 */
export async function runPlugin<Client>(definition: ProviderDefinition<Client>): Promise<void> {
  const plugin = await servePlugin(definition);
  const stop = () => {
    plugin.close();
    process.exit(0);
  };
  process.on("SIGINT", () => {});
  process.on("SIGTERM", stop);
  if (process.argv.includes("--exit-with-stdin")) process.stdin.on("end", stop).on("error", stop).resume();
  process.stdout.write(`${plugin.port}\n`);
}
