import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { parse } from "yaml";
import { z } from "zod";

const cassette = z.object({
  interactions: z.array(
    z.object({
      request: z.object({ method: z.string(), url: z.string(), body: z.string().default("") }),
      response: z.object({ code: z.number(), body: z.string().default("") }),
    }),
  ),
});

/** One call that the stand-in made, in the form in which the recording has it. */
export interface SeenCall {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly body: unknown;
}

/**
 * An org that answers as a recorded one did: each request gets the answer of the first recorded call of the same
 * method and target that was not given yet, the last one again and again. All requests are kept.
 */
export class RecordedOrg implements Disposable {
  readonly seen: SeenCall[] = [];
  readonly recorded: readonly SeenCall[];
  private readonly answers: {
    readonly method: string;
    readonly target: string;
    readonly code: number;
    readonly body: string;
    used: boolean;
  }[];
  private readonly server: Server;

  private constructor(name: string) {
    const url = new URL(`../../../fixtures/okta-recordings/${name}.yaml`, import.meta.url);
    const { interactions } = cassette.parse(parse(readFileSync(url, "utf8")));
    this.answers = interactions.map(({ request, response }) => ({
      method: request.method,
      target: targetOf(request.url),
      code: response.code,
      body: response.body,
      used: false,
    }));
    this.recorded = interactions.map(({ request }) => ({
      method: request.method,
      target: targetOf(request.url),
      body: parseBody(request.body),
    }));
    this.server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const method = request.method ?? "";
        const target = targetOf(request.url ?? "");
        if (target !== "/api/v1/users/me") {
          this.seen.push({ method, target, body: parseBody(Buffer.concat(chunks).toString()) });
        }
        const matching = this.answers.filter(
          (answer) => answer.method === method && answer.target === target,
        );
        const answer = matching.find((candidate) => !candidate.used) ?? matching.at(-1);
        if (answer !== undefined) answer.used = true;
        const isMe = target === "/api/v1/users/me";
        response.writeHead(answer?.code ?? (isMe ? 200 : 404), { "content-type": "application/json" });
        response.end(answer?.body ?? (isMe ? "{}" : '{"errorCode":"E0000007","errorSummary":"Not found"}'));
      });
    });
  }

  static async start(name: string): Promise<RecordedOrg> {
    const org = new RecordedOrg(name);
    await new Promise<void>((resolve) => org.server.listen(0, "127.0.0.1", resolve));
    return org;
  }

  get url(): string {
    const address = this.server.address();
    if (address === null || typeof address === "string") throw new Error("The recorded org does not listen.");
    return `http://127.0.0.1:${address.port}`;
  }

  /** The provider's configuration to reach it. */
  get config() {
    return { httpProxy: this.url, apiToken: "00recorded" };
  }

  /** Recorded calls below a path, in order. */
  recordedBelow(prefix: string): SeenCall[] {
    return this.recorded.filter((call) => call.target.startsWith(prefix));
  }

  [Symbol.dispose](): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}

function targetOf(url: string): string {
  const parsed = new URL(url, "http://org.invalid");
  return `${parsed.pathname}${parsed.search}`;
}

function parseBody(body: string): unknown {
  return body.trim() === "" ? undefined : JSON.parse(body);
}
