import type { Command } from "commander";
import { destroyStack } from "../../operations/destroy-stack.ts";
import { openSession, readStackInput } from "../../operations/stack-session.ts";
import { outputFor, projectDir, withJsonOption } from "../command-context.ts";
import { exitCodes } from "../exit-codes.ts";
import { CommandFailure } from "../failure.ts";
import { stopOnInterrupt } from "../interrupt.ts";

/** `okta-scim destroy`: remove everything of a stack. */
export function addDestroyCommand(program: Command): void {
  withJsonOption(program.command("destroy"))
    .description("remove everything of a stack, in the order that Okta accepts")
    .option("-s, --stack <name>", "the stack", "dev")
    .option("--yes", "needed for every stack but the sandbox's")
    .action(async (options: { json?: boolean; stack: string; yes?: boolean }) => {
      const output = outputFor(options);
      const input = readStackInput(projectDir, options.stack);
      if (input.settings.org !== "sandbox" && options.yes !== true)
        throw new CommandFailure(
          exitCodes.badInput,
          `Destroying ${options.stack} takes ${input.plan.apps.length} applications from everyone who has them. Say --yes if that is meant.`,
        );
      const phases = output.phases();
      const session = await openSession(input, phases);
      try {
        const signal = stopOnInterrupt();
        const { result, leftInOkta } = await phases.run("destroy", (reporter) =>
          destroyStack(session, reporter, { signal }),
        );
        output.document({ stack: options.stack, changes: result.changes, leftInOkta });
        if (leftInOkta.length > 0)
          output.line(`Okta's API can't delete ${leftInOkta.join(", ")}; they went with the apps.`);
      } finally {
        session.opened.close();
      }
    });
}
