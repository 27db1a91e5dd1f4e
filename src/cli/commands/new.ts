import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Command } from "commander";
import { readStackSettings } from "../../services/stack-settings.ts";
import { draftSpec } from "../../spec/draft-spec.ts";
import { loadStack } from "../../spec/load-stack.ts";
import { appNamePattern } from "../../spec/schema/spec-schema.ts";
import { outputFor, projectDir, withJsonOption } from "../command-context.ts";
import { exitCodes } from "../exit-codes.ts";
import { CommandFailure } from "../failure.ts";

interface NewOptions {
  readonly json?: boolean;
  readonly stack: string;
  readonly label?: string;
  readonly catalog?: string;
}

/** `okta-scim new`: a spec to begin with. */
export function addNewCommand(program: Command): void {
  withJsonOption(program.command("new"))
    .description("write a valid, commented spec for a new application")
    .argument("<app>", "the file's name: lower-case letters, digits and dashes")
    .option("-s, --stack <name>", "the stack", "dev")
    .option("--label <text>", "what people see in Okta; without it, made from the name")
    .option(
      "--catalog <name>",
      "the integration of Okta's catalog, e.g. scim2headerauth; without it, a custom app",
    )
    .action((app: string, options: NewOptions) => {
      const output = outputFor(options);
      if (!appNamePattern.test(app))
        throw new CommandFailure(
          exitCodes.badInput,
          `${JSON.stringify(app)} cannot name an application: lower-case letters, digits and dashes, beginning with a letter, at most 40.`,
        );
      const folder = readStackSettings(projectDir, options.stack).specs ?? options.stack;
      const file = join("stacks", folder, `${app}.yaml`);
      write(
        file,
        draftSpec({
          name: app,
          label: options.label ?? makeLabel(app, options.stack),
          catalogName: options.catalog,
          publicUrl: findAddress(folder, app),
        }),
      );
      output.document({ file });
      output.line(`${output.paint("good", "written")}: ${file}`);
      output.line(
        `Say in it who gets the app, then: npm run validate, and npm run preview -- --stack ${options.stack}`,
      );
    });
}

function write(file: string, text: string): void {
  const path = join(projectDir, file);
  mkdirSync(dirname(path), { recursive: true });
  try {
    writeFileSync(path, text, { flag: "wx" });
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST")
      throw new CommandFailure(exitCodes.badInput, `${file} is there already; nothing was changed.`);
    throw error;
  }
}

/** `crm-emea` in stack dev: `Crm emea (dev)`, since labels are unique in an org. */
function makeLabel(app: string, stack: string): string {
  const words = app.replaceAll("-", " ");
  return `${words.charAt(0).toUpperCase()}${words.slice(1)} (${stack})`;
}

/** Beside the stack's other tenants, which are behind one proxy; an example where there is none yet. */
function findAddress(folder: string, app: string): string {
  const neighbour = loadStack(projectDir, folder)
    .specs.map(({ spec }) => spec.server.bundled?.publicUrl)
    .find((url) => url !== undefined);
  return new URL(app, neighbour ?? "https://scim.example.com/").href;
}
