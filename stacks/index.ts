import { dirname } from "node:path";
import { defineProgram } from "../src/program/define-program.ts";

// biome-ignore lint/style/noDefaultExport: Pulumi runs the default export and takes what it returns for the stack's outputs
export default defineProgram(dirname(import.meta.dirname), { checks: "summary" });
