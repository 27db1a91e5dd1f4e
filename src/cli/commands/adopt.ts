import type { Command } from "commander";
import { type Adoption, adoptApp } from "../../operations/adoption/adopt-app.ts";
import type { AdoptionNote } from "../../operations/adoption/adoption-note.ts";
import { openStackOrg } from "../../operations/adoption/open-stack-org.ts";
import { describeNote } from "../../operations/adoption/render-adoption.ts";
import { readStackSettings } from "../../services/stack-settings.ts";
import { renderIssues } from "../../spec/render-issues.ts";
import { singleLine } from "../../text/markdown-text.ts";
import { outputFor, projectDir, withJsonOption } from "../command-context.ts";
import { exitCodes } from "../exit-codes.ts";
import { CommandFailure } from "../failure.ts";
import type { ConsoleOutput } from "../output/console-output.ts";
import type { Tone } from "../output/style.ts";

interface AdoptOptions {
  readonly json?: boolean;
  readonly stack: string;
  readonly name?: string;
  readonly baseUrl?: string;
  readonly bundled?: boolean;
}

/** `okta-scim adopt`: the spec of an app that was connected by hand. */
export function addAdoptCommand(program: Command): void {
  withJsonOption(program.command("adopt"))
    .description(
      "write the spec of an app that exists in Okta, so that the first update takes it over; only reads Okta",
    )
    .argument("<app>", "the app's label, or its id (0oa…)")
    .option("-s, --stack <name>", "the stack", "dev")
    .option("--name <file>", "the file's name without .yaml; without it, made from the label")
    .option("--base-url <url>", "the address of the app's SCIM server, where Okta does not tell it")
    .option("--bundled", "Okta provisions to the SCIM server of this project")
    .action(async (app: string, options: AdoptOptions) => {
      const output = outputFor(options);
      const settings = readStackSettings(projectDir, options.stack);
      const adoption = await output.phases().run("read", async ({ progress, result }) => {
        const client = await openStackOrg(projectDir, options.stack, settings, progress);
        progress(`asking ${client.orgUrl}`);
        const adopted = await adoptApp(client, {
          projectDir,
          stack: options.stack,
          folder: settings.specs ?? options.stack,
          app,
          name: options.name,
          baseUrl: options.baseUrl,
          bundled: options.bundled === true,
          day: new Date().toISOString().slice(0, 10),
        });
        result(`${singleLine(adopted.app.label)} (${adopted.app.id}) at ${client.orgUrl}`);
        return adopted;
      });
      output.document(adoption);
      show(output, adoption, options.stack);
      if (adoption.issues.some(({ severity }) => severity === "error"))
        throw new CommandFailure(
          exitCodes.failed,
          `${adoption.file} is not valid as it is: mend what is named above, then: npm run validate`,
        );
    });
}

/** What weighs most first. */
const tones: Readonly<Record<AdoptionNote["kind"], Tone>> = {
  lost: "bad",
  do: "strong",
  changes: "warn",
  assumed: "warn",
  kept: "dim",
};

function show(output: ConsoleOutput, { file, notes, issues }: Adoption, stack: string): void {
  output.line(`${output.paint("good", "written")}: ${file}`);
  const kinds = Object.entries(tones);
  for (const [kind, tone] of kinds)
    for (const note of notes.filter((candidate) => candidate.kind === kind)) {
      const [heading = "", ...text] = describeNote(note).split(": ");
      output.line(`  ${output.paint(tone, `${heading}:`)} ${text.join(": ")}`);
    }
  if (issues.length > 0) output.line(`\n${renderIssues(issues)}`);
  output.line(
    `Read it, then: npm run preview -- --stack ${stack}. It shows what is taken over, and no change.`,
  );
}
