import type { Command } from "commander";
import { checkExpressions } from "../../operations/check-expressions.ts";
import { checkStackSettings, listStackSettings } from "../../services/stack-settings.ts";
import { type LoadedStack, loadProject, loadStack } from "../../spec/load-stack.ts";
import { renderIssues } from "../../spec/render-issues.ts";
import { type SpecIssue, sortIssues } from "../../spec/spec-issue.ts";
import { outputFor, projectDir, withJsonOption } from "../command-context.ts";
import { exitCodes } from "../exit-codes.ts";
import { CommandFailure } from "../failure.ts";
import { renderAnnotations } from "../output/annotations.ts";

/** `okta-scim validate`: every problem of every spec and of the stacks' settings, offline. */
export function addValidateCommand(program: Command): void {
  withJsonOption(program.command("validate"))
    .description(
      "check all specs and settings without touching Okta: every problem of every file at once; exit code 2 for errors",
    )
    .option("-s, --stack <name>", "only this stack")
    .option("--annotations", "also print GitHub annotations, so that each problem shows at its line")
    .action((options: { json?: boolean; stack?: string; annotations?: boolean }) => {
      const output = outputFor(options);
      const loaded = load(options.stack);
      const specs = loaded.stacks.flatMap((stack) => stack.specs.map((spec) => spec.file));
      output.document({ specs, issues: loaded.issues });
      if (options.annotations === true) output.line(renderAnnotations(loaded.issues));
      if (loaded.issues.length > 0) output.line(renderIssues(loaded.issues));
      const errors = loaded.issues.filter((issue) => issue.severity === "error").length;
      if (errors > 0) throw new CommandFailure(exitCodes.badInput);
      output.line(
        `${output.paint("good", "valid")}: ${specs.length} specs in ${loaded.stacks.length} stacks`,
      );
    });
}

function load(stack: string | undefined): ReturnType<typeof loadProject> {
  if (stack === undefined) {
    const { stacks, issues } = loadProject(projectDir);
    const settings = listStackSettings(projectDir).flatMap(checkSettings);
    return { stacks, issues: [...settings, ...withExpressions(stacks, issues)] };
  }
  const loaded = loadStack(projectDir, stack);
  return { stacks: [loaded], issues: [...checkSettings(stack), ...withExpressions([loaded], loaded.issues)] };
}

function withExpressions(stacks: readonly LoadedStack[], issues: readonly SpecIssue[]): SpecIssue[] {
  return sortIssues([...issues, ...checkExpressions(stacks.flatMap(({ specs }) => specs))]);
}

/** A folder of specs needs no settings of its own: other stacks may name it. */
function checkSettings(stack: string): readonly SpecIssue[] {
  return listStackSettings(projectDir).includes(stack) ? checkStackSettings(projectDir, stack).issues : [];
}
