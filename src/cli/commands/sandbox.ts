import { rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { type Command, InvalidArgumentError } from "commander";
import { forgetConsoleSteps } from "../../operations/console-record.ts";
import {
  emulatedOrgPort,
  readEmulatedOrgAddress,
  readEmulatedOrgStatus,
  sandboxFolder,
  startEmulatedOrg,
  stopEmulatedOrg,
} from "../../services/emulated-org.ts";
import { listStacks } from "../../spec/load-stack.ts";
import { outputFor, projectDir, withJsonOption } from "../command-context.ts";
import { exitCodes } from "../exit-codes.ts";
import { CommandFailure } from "../failure.ts";

/** `okta-scim sandbox start|stop|status|reset`: the emulated Okta org. */
export function addSandboxCommand(program: Command): void {
  const sandbox = program.command("sandbox").description("the emulated Okta org: start, stop, status, reset");

  withJsonOption(sandbox.command("start"))
    .description("start it in the background, or find it running")
    .option("--port <number>", "port on the loopback interface", parsePort, emulatedOrgPort)
    .option("--snapshot <file>", "what a new org begins with, instead of sandbox/org.yaml")
    .action(async (options: { json?: boolean; port: number; snapshot?: string }) => {
      const output = outputFor(options);
      const snapshot = options.snapshot === undefined ? undefined : resolve(options.snapshot);
      const { address, started } = await startEmulatedOrg(projectDir, { port: options.port, snapshot });
      output.line(
        `${started ? "Started" : "Already running"}: the emulated Okta org at ${address.url}, admin page ${address.adminUrl}`,
      );
      output.document({ url: address.url, adminUrl: address.adminUrl, started });
    });

  withJsonOption(sandbox.command("stop"))
    .description("stop it; its people, groups and apps stay on disk")
    .action(async (options: { json?: boolean }) => {
      const output = outputFor(options);
      const stopped = await stopEmulatedOrg(projectDir);
      output.line(stopped ? "Stopped the emulated Okta org." : "The emulated Okta org was not running.");
      output.document({ stopped });
    });

  withJsonOption(sandbox.command("status"))
    .description("say whether it runs and what it holds; exit code 3 when it does not run")
    .action(async (options: { json?: boolean }) => {
      const output = outputFor(options);
      const address = await readEmulatedOrgAddress(projectDir);
      const status = address === undefined ? undefined : await readEmulatedOrgStatus(address);
      if (address === undefined || status === undefined) {
        output.document({ running: false });
        output.line("The emulated Okta org is not running. Start it with: npm run sandbox -- start");
        throw new CommandFailure(exitCodes.unreachable);
      }
      output.line(`Running at ${address.url} (admin page ${address.adminUrl})`);
      output.line(`${status.users} people, ${status.groups} groups, ${status.apps} apps`);
      output.line(
        `provisioning: ${status.queue.pending} waiting, ${status.queue.running} running, ${status.queue.failed} failed`,
      );
      output.document({ running: true, url: address.url, adminUrl: address.adminUrl, ...status });
    });

  withJsonOption(sandbox.command("reset"))
    .description(
      "stop it and delete the emulated org, so that the next start seeds it anew from sandbox/org.yaml",
    )
    .action(async (options: { json?: boolean }) => {
      const output = outputFor(options);
      await stopEmulatedOrg(projectDir);
      await rm(join(projectDir, sandboxFolder, "okta"), { recursive: true, force: true });
      for (const stack of listStacks(projectDir)) forgetConsoleSteps(projectDir, stack);
      output.line(
        "The emulated org is gone. The next start seeds a new one; what stack dev had there is declared again.",
      );
      output.document({ reset: true });
    });
}

function parsePort(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new InvalidArgumentError("a port is a number from 0 to 65535.");
  return port;
}
