import type { Command } from "commander";
import { type AppExplanation, explainApp } from "../../operations/explain-app.ts";
import { readStackInput } from "../../operations/stack-session.ts";
import { singleLine } from "../../text/markdown-text.ts";
import { outputFor, projectDir, withJsonOption } from "../command-context.ts";
import type { ConsoleOutput } from "../output/console-output.ts";
import { renderTable } from "../output/table.ts";

/** `okta-scim explain`: what one spec means, in words. */
export function addExplainCommand(program: Command): void {
  withJsonOption(program.command("explain"))
    .description(
      "say in words what a spec means: who gets the app, what Okta sends, who loses it; asks nobody",
    )
    .argument("<app>", "the spec's file name, without .yaml")
    .option("-s, --stack <name>", "the stack", "dev")
    .action((app: string, options: { readonly json?: boolean; readonly stack: string }) => {
      const output = outputFor(options);
      const { plan, settings } = readStackInput(projectDir, options.stack, app);
      const found = plan.apps.filter(({ name }) => name === app);
      for (const one of found) {
        const explanation = explainApp(plan, one, settings.protection);
        output.document(explanation);
        show(output, explanation, options.stack);
      }
    });
}

function show(output: ConsoleOutput, explanation: AppExplanation, stack: string): void {
  const { label, file, app, who, sends, groups, leaving, limits, checks } = explanation;
  const heading = (text: string) => output.line(`\n${output.paint("strong", text)}`);
  const list = (lines: readonly string[]) => {
    for (const line of lines) output.line(`  ${singleLine(line)}`);
  };
  output.line(`${output.paint("strong", singleLine(label))} in stack ${stack} (${file})`);
  list(app);
  heading("Who gets it");
  list(who.length === 0 ? ["nobody"] : who);
  heading("What Okta sends");
  const rows = sends.map(({ from, to, when }) => [singleLine(from), to, when]);
  list(renderTable(["From", "To", "When"], rows).split("\n"));
  heading("Groups that the app gets");
  list(groups.length === 0 ? ["none"] : groups);
  heading("Who leaves");
  list(leaving);
  heading("One update may take away at most");
  list(limits);
  heading("Asked after each update");
  // What a server has to be able to do is the same for every app; docs/troubleshooting.md has all of it.
  const ofServer = checks.filter(({ id }) => id.startsWith("server."));
  list([`${ofServer.length} questions to the SCIM server (--json lists them), and:`]);
  list(checks.filter((check) => !ofServer.includes(check)).map(({ question }) => question));
}
