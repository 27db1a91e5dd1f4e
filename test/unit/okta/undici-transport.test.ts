import { getEventListeners } from "node:events";
import { createServer, type Server } from "node:http";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { OktaUnreachableError } from "../../../src/okta/okta-error.ts";
import { createUndiciTransport } from "../../../src/okta/undici-transport.ts";

let server: Server;
let orgUrl: string;

beforeEach(async () => {
  server = createServer((request, response) => {
    if (request.url !== "/hangs") response.end("{}");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  orgUrl = `http://127.0.0.1:${address.port}`;
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  server.closeAllConnections();
  server.close();
});

const transport = (timeoutMs: number) => createUndiciTransport({ orgUrl, userAgent: "test", timeoutMs });
const get = (path: string, signal?: AbortSignal) => ({
  method: "GET" as const,
  path,
  headers: {},
  ...(signal === undefined ? {} : { signal }),
});

test("an exchange leaves neither its deadline's timer nor a listener at the caller's signal", async () => {
  const set = vi.spyOn(globalThis, "setTimeout");
  const cleared = vi.spyOn(globalThis, "clearTimeout");
  const { signal } = new AbortController();
  expect((await transport(54_321)(get("/", signal))).status).toBe(200);
  const timers = set.mock.results.filter((_, index) => set.mock.calls[index]?.[1] === 54_321);
  expect(timers).toHaveLength(1);
  expect(cleared).toHaveBeenCalledWith(timers[0]?.value);
  expect(getEventListeners(signal, "abort")).toEqual([]);
});

test("an org that hangs is unreachable at the deadline", async () => {
  const failure = await transport(60)(get("/hangs")).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(OktaUnreachableError);
  expect(String(failure)).toContain("no answer within 0.06 s");
});

test("who aborts gets their own reason, before and during the exchange", async () => {
  await expect(transport(60_000)(get("/hangs", AbortSignal.abort("before")))).rejects.toBe("before");
  const controller = new AbortController();
  const exchange = transport(60_000)(get("/hangs", controller.signal));
  setTimeout(() => controller.abort("during"), 20);
  await expect(exchange).rejects.toBe("during");
});

test("an org is reached through the proxy of the environment, this machine without it", async () => {
  const asked: (string | undefined)[] = [];
  server.on("connect", (request, socket) => {
    asked.push(request.url);
    socket.end("HTTP/1.1 502 Bad Gateway\r\n\r\n");
  });
  vi.stubEnv("HTTPS_PROXY", orgUrl);
  const remote = createUndiciTransport({
    orgUrl: "https://acme.okta.example",
    userAgent: "test",
    timeoutMs: 5000,
  });
  await expect(remote(get("/"))).rejects.toThrow(OktaUnreachableError);
  expect(asked).toEqual(["acme.okta.example:443"]);
  expect((await transport(5000)(get("/"))).status).toBe(200);
});
