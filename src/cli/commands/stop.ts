import type { Command } from "commander";
import { stopEmulatedOrg } from "../../services/emulated-org.ts";
import { controlServerContainer, serverContainerNames } from "../../services/server-container.ts";
import { readStackSettings } from "../../services/stack-settings.ts";
import { outputFor, projectDir, withJsonOption } from "../command-context.ts";

/** `okta-scim stop`: end what a start left running. Everything stays on disk. */
export function addStopCommand(program: Command): void {
  withJsonOption(program.command("stop"))
    .description("stop the emulated Okta org and the SCIM server that a start left running; their data stays")
    .option("-s, --stack <name>", "the stack", "dev")
    .action(async (options: { json?: boolean; stack: string }) => {
      const output = outputFor(options);
      const { server } = readStackSettings(projectDir, options.stack);
      const containers = serverContainerNames(options.stack, server);
      const outcomes: string[] = [];
      for (const container of containers)
        outcomes.push(await controlServerContainer(projectDir, "stop", container));
      const stopped = containers.filter((_, index) => outcomes[index] === "stopped");
      output.line(
        stopped.length > 0
          ? `Stopped the SCIM server (${stopped.join(", ")}).`
          : "The SCIM server was not running.",
      );
      const orgStopped = await stopEmulatedOrg(projectDir);
      output.line(orgStopped ? "Stopped the emulated Okta org." : "The emulated Okta org was not running.");
      output.line("Their data stays; npm start goes on from there.");
      output.document({ server: outcomes[0], org: orgStopped ? "stopped" : "unchanged" });
    });
}
