import { dirname } from "node:path";
import { defineProgram } from "../src/program/define-program.ts";

const run = defineProgram(dirname(import.meta.dirname), { checks: "summary" });

/** The stack's outputs: `pulumi stack output` prints them. */
export const { apps, server, consoleSteps, connectionTokens, checks } = await run();
