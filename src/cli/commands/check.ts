import { type Command, InvalidArgumentError } from "commander";
import { allChecks } from "../../checks/all-checks.ts";
import { type CheckReport, isAcceptable } from "../../checks/check-report.ts";
import { renderGitHubAnnotations } from "../../checks/reports/github-annotations.ts";
import { renderTerminal } from "../../checks/reports/terminal.ts";
import { type CheckOptions, selectChecks } from "../../checks/run-checks.ts";
import { watchChecks } from "../../checks/watch-checks.ts";
import { prepareChecks } from "../../operations/check-stack.ts";
import { openDeployedSession, readStackInput } from "../../operations/stack-session.ts";
import { outputFor, projectDir, withStackOptions } from "../command-context.ts";
import { exitCodes } from "../exit-codes.ts";
import { CommandFailure } from "../failure.ts";
import { stopOnInterrupt } from "../interrupt.ts";
import { publishChecks } from "../publish-checks.ts";

interface CheckCommandOptions {
  readonly json?: boolean;
  readonly stack: string;
  readonly app?: string;
  readonly junit?: string;
  readonly markdown?: string;
  readonly annotations?: boolean;
  readonly readOnly?: boolean;
  readonly all?: boolean;
  readonly only?: string[];
  readonly watch?: number;
}

/** `okta-scim check`: the checks without an update. */
export function addCheckCommand(program: Command): void {
  withStackOptions(program.command("check"))
    .description("prove that provisioning works, now: the same checks as in every update")
    .option("--only <ids...>", "only these checks, by id or its beginning (server. okta. loop.)")
    .option("--read-only", "make no throw-away people or groups")
    .option("--all", "show every check, not only those that ask for something")
    .option("--junit <file>", "write JUnit XML")
    .option("--markdown <file>", "append Markdown (a job summary)")
    .option("--annotations", "print GitHub annotations")
    .option(
      "--watch <minutes>",
      "repeat for this long, every 30 seconds; only the first run writes",
      readMinutes,
    )
    .action(async (options: CheckCommandOptions) => {
      // A wrong name is told before anything is started.
      selectChecks(allChecks, options.only);
      const output = outputFor(options);
      const phases = output.phases();
      const input = readStackInput(projectDir, options.stack, options.app);
      const session = await openDeployedSession(input, phases);
      try {
        const { plan, clients } = await prepareChecks(session);
        const watch = {
          forMs: (options.watch ?? 0) * 60_000,
          everyMs: 30_000,
          signal: stopOnInterrupt("what the checks made is removed"),
        };
        const runs = watchChecks(plan, clients, optionsOf(options), watch);
        let last: CheckReport | undefined;
        for (;;) {
          const report = await phases.run("checks", async ({ result }) => {
            const next = await runs.next();
            if (next.done !== true)
              result(next.value.endedEarly === true ? "ended early" : next.value.outcome);
            return next.done === true ? undefined : next.value;
          });
          if (report === undefined) break;
          last = report;
          output.line(`\n${renderTerminal(report, { paint: output.paint, all: options.all === true })}`);
          if (watch.forMs === 0) break;
        }
        if (last === undefined) return;
        await publishChecks(last, options);
        const fileOf = (app: string): string | undefined =>
          session.plan.apps.find(({ name }) => name === app)?.file;
        if (options.annotations === true) output.line(renderGitHubAnnotations(last, fileOf));
        output.document(last);
        if (!isAcceptable(last)) throw new CommandFailure(exitCodeOf(last));
      } finally {
        session.opened.close();
      }
    });
}

function readMinutes(text: string): number {
  const minutes = Number(text);
  if (!Number.isFinite(minutes) || minutes <= 0) throw new InvalidArgumentError("Give minutes, such as 5.");
  return minutes;
}

function optionsOf(options: CheckCommandOptions): CheckOptions {
  return {
    ...(options.app === undefined ? {} : { apps: [options.app] }),
    ...(options.only === undefined ? {} : { only: options.only }),
    ...(options.readOnly === true ? { readOnly: true } : {}),
  };
}

/** Interrupted, where somebody ended the run and nothing had failed; unreachable, if a server or Okta did not answer at all; else failed. */
export function exitCodeOf(report: CheckReport): 1 | 3 | 130 {
  if (report.outcome !== "fail") return exitCodes.interrupted;
  const failed = report.results.filter((check) => check.outcome === "fail");
  return failed.some(
    ({ id, unreachable }) => unreachable === true || id === "server.dns" || id === "server.tcp",
  )
    ? exitCodes.unreachable
    : exitCodes.failed;
}
