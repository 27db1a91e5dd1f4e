import { Readable } from "node:stream";
import type { Client, Dispatcher } from "undici";
import { z } from "zod";
import type { JsonValue } from "../../protocol/property-value.ts";
import { RuntimeError } from "../runtime.ts";

/** The Engine API version that is spoken: Docker 20.10 has it, and newer daemons still do. */
const apiVersion = "v1.41";

/** One call. */
export interface EngineCall {
  readonly method: "GET" | "POST" | "PUT" | "DELETE" | "HEAD";
  readonly path: string;
  readonly query?: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body?: JsonValue;
  /** A tar archive instead of JSON. */
  readonly archive?: AsyncIterable<Uint8Array>;
  readonly headers?: Readonly<Record<string, string>>;
}

const errorAnswer = z.object({ message: z.string() });
const progressLine = z.looseObject({
  stream: z.string().optional(),
  status: z.string().optional(),
  error: z.string().optional(),
});

/** Calls to a Docker daemon. */
export class EngineClient {
  private readonly http: Client;
  private readonly signal: AbortSignal;

  constructor(http: Client, signal: AbortSignal) {
    this.http = http;
    this.signal = signal;
  }

  /** @returns the parsed answer; undefined when it is empty. @throws RuntimeError */
  async call(call: EngineCall): Promise<unknown> {
    const answer = await this.send(call);
    const text = await answer.body.text();
    return text === "" ? undefined : JSON.parse(text);
  }

  /** The answer's bytes as they are. @throws RuntimeError */
  async callForBytes(call: EngineCall): Promise<Uint8Array> {
    return (await this.send(call)).body.bytes();
  }

  /** The answer, or undefined when the daemon says 404. @throws RuntimeError */
  async find(path: string): Promise<unknown> {
    try {
      return await this.call({ method: "GET", path });
    } catch (error) {
      if (error instanceof RuntimeError && error.status === 404) return undefined;
      throw error;
    }
  }

  /**
   * A call that answers with progress, line by line; its failure is in a line, not in the status.
   * @throws RuntimeError
   */
  async follow(call: EngineCall, onLine: (line: string) => void): Promise<void> {
    const answer = await this.send(call);
    let rest = "";
    const take = (line: string) => {
      if (line.trim() === "") return;
      const parsed = progressLine.safeParse(JSON.parse(line));
      if (parsed.data?.error !== undefined) throw new RuntimeError(500, parsed.data.error.trim());
      const text = (parsed.data?.stream ?? parsed.data?.status ?? "").trim();
      if (text !== "") onLine(text);
    };
    for await (const chunk of answer.body.setEncoding("utf8")) {
      const lines = (rest + chunk).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) take(line);
    }
    take(rest);
  }

  private async send(call: EngineCall): Promise<Dispatcher.ResponseData> {
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(call.query ?? {})) {
      for (const item of value === undefined ? [] : [value].flat()) query.append(name, item);
    }
    const suffix = query.size > 0 ? `?${query}` : "";
    const answer = await this.http
      .request({
        method: call.method,
        path: `/${apiVersion}${call.path}${suffix}`,
        headers: {
          ...(call.body !== undefined && { "content-type": "application/json" }),
          ...(call.archive !== undefined && { "content-type": "application/x-tar" }),
          ...call.headers,
        },
        body: call.archive ? Readable.from(call.archive, { objectMode: false }) : encodeBody(call.body),
        signal: this.signal,
      })
      .catch((error: unknown) => {
        throw new RuntimeError(
          0,
          `The Docker daemon can't be reached: ${error instanceof Error ? error.message : error}`,
          { cause: error },
        );
      });
    if (answer.statusCode < 400) return answer;
    const text = await answer.body.text();
    throw new RuntimeError(answer.statusCode, readMessage(text) ?? `Docker answered ${answer.statusCode}.`);
  }
}

function encodeBody(body: JsonValue | undefined): string | null {
  return body === undefined ? null : JSON.stringify(body);
}

function readMessage(text: string): string | undefined {
  try {
    return errorAnswer.safeParse(JSON.parse(text)).data?.message;
  } catch {
    return text.trim() || undefined;
  }
}
