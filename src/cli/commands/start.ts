import type { Command } from "commander";
import { countChanged } from "../../operations/describe-steps.ts";
import { readCheckReport } from "../../operations/stack-outputs.ts";
import { start } from "../../operations/start.ts";
import { outputFor, projectDir, withJsonOption } from "../command-context.ts";
import { stopOnInterrupt } from "../interrupt.ts";
import { renderAppTable } from "../output/app-table.ts";
import { formatDuration } from "../output/duration.ts";
import { renderWarnings } from "../output/warnings.ts";

/** `okta-scim start`: the main job on this machine. */
export function addStartCommand(program: Command): void {
  withJsonOption(program.command("start"))
    .description("everything on this machine: engine, emulated Okta org, SCIM server, update, checks")
    .option("-s, --stack <name>", "the stack", "dev")
    .action(async (options: { json?: boolean; stack: string }) => {
      const output = outputFor(options);
      const phases = output.phases();
      const began = performance.now();
      const result = await start(projectDir, options.stack, phases, { listen: stopOnInterrupt });
      const report = readCheckReport(result.outputs);
      const changed = result.updates.reduce((sum, update) => sum + countChanged(update.changes), 0);
      const milliseconds = performance.now() - began;
      output.document({
        stack: options.stack,
        changed,
        apps: result.outputs.apps,
        server: result.outputs.server,
        checks: report,
        phases: phases.times,
        milliseconds: Math.round(milliseconds),
      });
      const { paint, line } = output;
      line();
      line(renderAppTable(result.outputs, report, paint));
      for (const warning of renderWarnings(result.input.warnings)) line(`\n${paint("warn", warning)}`);
      line();
      if (report !== undefined) {
        const counts = (outcome: string): number =>
          report.results.filter((check) => check.outcome === outcome).length;
        line(
          `${paint("good", `${counts("pass")} checks passed`)}, ${counts("warn")} warned, ${counts("waiting")} waiting, ${counts("skipped")} skipped, in ${formatDuration(report.milliseconds)}`,
        );
        line(`  all of them, with evidence: ${paint("link", `npm run check -- --stack ${options.stack}`)}`);
      }
      if (result.adminUrl !== undefined) line(`Emulated Okta admin page  ${paint("link", result.adminUrl)}`);
      if (result.outputs.server !== undefined)
        line(`SCIM server inspector     ${paint("link", `${result.outputs.server.address}/inspector`)}`);
      line(
        paint(
          "dim",
          `${changed === 0 ? "Nothing changed" : `${changed} resource${changed === 1 ? "" : "s"} changed`}, ${formatDuration(milliseconds)}: ${phases.times.map((phase) => `${phase.name} ${formatDuration(phase.milliseconds)}`).join(", ")}`,
        ),
      );
    });
}
