import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer, request as sendRequest } from "node:http";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { vi } from "vitest";

/** The emulated org, with a proxy before it that can hold answers back. */
export interface HeldOrg {
  /** What the provider's httpProxy is set to. */
  readonly url: string;
  readonly apiToken: string;
  /** Holds the answer to the next call that the rule picks, after the org has done what it asks for. */
  readonly hold: (rule: (method: string, path: string) => boolean) => Promise<void>;
  /** Gives the answer that is held back. */
  readonly release: () => void;
  readonly call: (method: string, path: string, body?: unknown) => Promise<unknown>;
  readonly stop: () => void;
}

/** Starts an emulated org of its own. @param dataDir an empty folder */
export async function startHeldOrg(dataDir: string): Promise<HeldOrg> {
  const root = fileURLToPath(new URL("../../../", import.meta.url));
  const org = spawn(
    process.execPath,
    [
      join(root, "sandbox/okta/main.ts"),
      "--data",
      dataDir,
      "--org",
      join(root, "sandbox/org.yaml"),
      "--port",
      "0",
    ],
    { stdio: "ignore" },
  );
  const address: { url: string; apiToken: string } = await vi.waitFor(
    () => JSON.parse(readFileSync(join(dataDir, "address.json"), "utf8")),
    { timeout: 15_000, interval: 50 },
  );
  let rule: ((method: string, path: string) => boolean) | undefined;
  let held: (() => void) | undefined;
  let release = () => {};
  const proxy = createServer((incoming, outgoing) => {
    const { pathname, search } = new URL(incoming.url ?? "", address.url);
    const method = incoming.method ?? "GET";
    const forward = sendRequest(
      new URL(`${pathname}${search}`, address.url),
      { method, headers: { ...incoming.headers, host: new URL(address.url).host } },
      (answer) => {
        if (rule?.(method, pathname)) {
          rule = undefined;
          const chunks: Buffer[] = [];
          answer.on("data", (chunk: Buffer) => chunks.push(chunk));
          answer.on("end", () => {
            release = () =>
              outgoing.writeHead(answer.statusCode ?? 500, answer.headers).end(Buffer.concat(chunks));
            held?.();
          });
          return;
        }
        outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(outgoing);
      },
    );
    incoming.pipe(forward);
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  const bound = proxy.address();
  const port = typeof bound === "object" && bound !== null ? bound.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    apiToken: address.apiToken,
    hold: (next) =>
      new Promise((resolve) => {
        rule = next;
        held = resolve;
      }),
    release: () => release(),
    call: async (method, path, body) => {
      const answer = await fetch(new URL(path, address.url), {
        method,
        headers: { authorization: `SSWS ${address.apiToken}`, "content-type": "application/json" },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await answer.text();
      return text === "" ? undefined : JSON.parse(text);
    },
    stop: () => {
      proxy.closeAllConnections();
      proxy.close();
      org.kill("SIGTERM");
    },
  };
}
