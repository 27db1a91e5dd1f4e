import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { isAlive } from "../../../src/engine/install-lock.ts";

const module = fileURLToPath(new URL("../../../src/engine/run-command.ts", import.meta.url));

describe("a command under way", () => {
  it.each(["SIGINT", "SIGTERM"] as const)("ends with the program that %s ends", async (signal) => {
    const script = `
      import { runCommand } from ${JSON.stringify(module)};
      await runCommand("sh", ["-c", "echo $$ >&2; exec sleep 60"], { onStderr: (text) => console.log(text.trim()) });`;
    const program = spawn(process.execPath, ["--input-type=module", "-e", script], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [text] = await once(program.stdout.setEncoding("utf8"), "data");
    const command = Number(text);
    expect(isAlive(command)).toBe(true);
    program.kill(signal);
    const [, endedBy] = await once(program, "exit");
    expect(endedBy).toBe(signal);
    await expect.poll(() => isAlive(command), { timeout: 10_000 }).toBe(false);
  });
});
