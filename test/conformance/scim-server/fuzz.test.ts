import { connect } from "node:net";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { beforeAll, expect, it } from "vitest";
import { type FuzzedRequest, fuzzedRequest } from "./support/fuzz-arbitraries.ts";
import { describeOnBothEngines, type RunningServer, token } from "./support/running-server.ts";

/** For each engine. A nightly run may set more. */
const milliseconds = Number(process.env["SCIM_FUZZ_MILLISECONDS"] ?? 6000);

/** An answer that takes longer is a hang. */
const answerMilliseconds = 15_000;

/** What is still in memory after a full collection. */
function usedHeap(): number {
  setFlagsFromString("--expose-gc");
  const collect: unknown = runInNewContext("gc");
  if (typeof collect === "function") for (let round = 0; round < 3; round += 1) collect();
  return process.memoryUsage().heapUsed;
}

describeOnBothEngines("a fuzzer over HTTP", (start) => {
  let server: RunningServer;
  let ids: Readonly<Record<string, string>>;
  beforeAll(async () => {
    server = await start();
    ids = { a: await server.createUser("fuzzed"), g: await server.createGroup("fuzzed") };
  });

  async function send(request: FuzzedRequest): Promise<void> {
    const { method, path, query, headers, body } = request;
    // Deleting the two that others aim at would make their requests dull.
    const words = method === "DELETE" ? path : path.map((word) => ids[word] ?? word);
    const search = new URLSearchParams(query).toString();
    const response = await fetch(
      `${server.url}/payroll/${words.join("/")}${search === "" ? "" : `?${search}`}`,
      {
        method,
        headers: { "content-type": "application/scim+json", ...headers, authorization: `Bearer ${token}` },
        ...(body === undefined || method === "GET" || method === "HEAD" ? {} : { body }),
        signal: AbortSignal.timeout(answerMilliseconds),
      },
    );
    if (response.headers.get("content-type")?.startsWith("text/event-stream") === true) {
      await response.body?.cancel();
      return;
    }
    const answer = await response.text();
    expect(response.status, answer).not.toBe(500);
    expect(response.status, answer).toBeLessThan(502);
    const isError = response.status >= 400 && method !== "HEAD";
    if (isError) expect(JSON.parse(answer)).toMatchObject({ status: String(response.status) });
  }

  it("finds no 500, no hang, and no growth", async () => {
    const fuzz = (share: number): Promise<void> =>
      fc.assert(fc.asyncProperty(fuzzedRequest, send), {
        numRuns: 1_000_000,
        interruptAfterTimeLimit: milliseconds * share,
        markInterruptAsFailure: false,
      });
    await fuzz(0.4);
    const before = usedHeap();
    await fuzz(0.6);
    expect(usedHeap() - before).toBeLessThan(16_000_000);
    expect((await server.request("GET", "/readyz")).status).toBe(200);
  });

  it("finds no request line or framing that it does not answer or close", async () => {
    const { hostname, port } = new URL(server.url);
    const torn = [
      "GARBAGE\r\n\r\n",
      "GET / HTTP/9.9\r\nhost: x\r\n\r\n",
      "GET /payroll/scim/v2/Users HTTP/1.1\r\n\r\n",
      "POST /payroll/scim/v2/Users HTTP/1.1\r\nhost: x\r\ncontent-length: -1\r\n\r\n",
      "POST /payroll/scim/v2/Users HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
      "POST /payroll/scim/v2/Users HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
      `GET /${"a".repeat(100_000)} HTTP/1.1\r\nhost: x\r\n\r\n`,
      "GET /payroll/scim/v2/Users HTTP/1.1\r\nhost: x\r\nbad header\r\n\r\n",
      "GET /payroll/scim/v2/Users\u0000 HTTP/1.1\r\nhost: x\r\n\r\n",
    ];
    for (const text of torn) {
      const answer = await new Promise<string>((resolve) => {
        const chunks: Buffer[] = [];
        const socket = connect(Number(port), hostname, () => socket.end(text));
        socket.on("data", (chunk: Buffer) => chunks.push(chunk));
        socket.on("error", () => {});
        socket.on("close", () => resolve(Buffer.concat(chunks).toString()));
        socket.setTimeout(answerMilliseconds, () => socket.destroy(new Error("no answer")));
      });
      expect(answer, text.slice(0, 80)).toMatch(/^HTTP\/1\.1 4\d\d /);
      // Node itself answers a request without Host.
      if (/\nhost:|GARBAGE/.test(text)) expect(answer, text.slice(0, 80)).toMatch(/"status":"4\d\d"}$/);
    }
    expect((await server.request("GET", "/readyz")).status).toBe(200);
  });
});
