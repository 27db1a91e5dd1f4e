import { type IncomingMessage, request } from "node:http";
import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { fastify } from "fastify";
import { afterAll, describe, expect, it } from "vitest";
import { createLogger } from "../../../scim-server/src/operation/logger.ts";
import { limitSlowReaders } from "../../../scim-server/src/operation/slow-readers.ts";
import { toScimError } from "../../../scim-server/src/protocol/error-answer.ts";
import { token } from "./support/running-server.ts";
import { ServerFolder } from "./support/server-process.ts";

const folder = new ServerFolder({ variables: { SCIM_SERVER_REQUEST_TIMEOUT_SECONDS: "1" } });
afterAll(() => folder.remove());

function open(url: string): Promise<Socket> {
  return new Promise((resolve) => {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname, () => resolve(socket));
    socket.on("error", () => {});
  });
}

/** What a server says on a connection until it closes it. */
async function saidUntilClosed(socket: Socket): Promise<string> {
  let said = "";
  socket.on("data", (chunk: Buffer) => {
    said += chunk.toString();
  });
  await new Promise((resolve) => socket.once("close", resolve));
  return said;
}

describe("slow clients", () => {
  it("that send their headers or body too slowly, or nothing, are answered 408 and closed", async () => {
    const server = await folder.start();
    const head = `POST /payroll/scim/v2/Users HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${token}\r\n`;
    // Something comes now and then, so that the connection is never idle; but for the last one.
    const drips = [
      ["GET /payroll/scim/v2/Users HTTP/1.1\r\nhost: x\r\n", "x"],
      [`${head}content-type: application/json\r\ncontent-length: 1000\r\n\r\n{"userName":`, " "],
      [`${head}content-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n`, "1\r\n \r\n"],
      ["", ""],
    ] as const;
    const said = await Promise.all(
      drips.map(async ([beginning, more]) => {
        const socket = await open(server.url);
        socket.write(beginning);
        const drip = setInterval(() => socket.write(more), 100);
        const text = await saidUntilClosed(socket);
        clearInterval(drip);
        return text;
      }),
    );
    for (const text of said) {
      expect(text).toMatch(/^HTTP\/1\.1 408 /);
      expect(text).toContain('"status":"408"');
    }
    expect((await server.call("GET", "/scim/v2/Users?count=0")).status).toBe(200);
    expect(await server.stop()).toBe(0);
  });

  it("that do not read their answers are broken off; what waits for them stays within bounds", async () => {
    const megabytes = 16;
    const limits = {
      maxUnsentBytes: 2 * megabytes * 1_000_000,
      graceMilliseconds: 300,
      maxMillisecondsToTake: 2000,
      sampleMilliseconds: 20,
    };
    const server = fastify();
    const sockets = new Set<Socket>();
    server.server.on("connection", (socket: Socket) => sockets.add(socket));
    limitSlowReaders(server, createLogger("silent"), limits);
    server.setErrorHandler((error, _request, reply) => {
      const answer = toScimError(error);
      return reply.code(answer.status).headers(answer.headers).send(answer.toBody());
    });
    server.get("/large", async () => "x".repeat(megabytes * 1_000_000));
    const url = await server.listen({ host: "127.0.0.1", port: 0 });
    const unsent = (): number => [...sockets].reduce((sum, socket) => sum + socket.writableLength, 0);
    const ask = (): Promise<IncomingMessage> =>
      new Promise((resolve, reject) => {
        request(`${url}/large`, { agent: false }, resolve).once("error", reject).end();
      });

    let most = 0;
    const statuses: (number | undefined)[] = [];
    const unread: IncomingMessage[] = [];
    for (let client = 0; client < 12; client += 1) {
      const answer = await ask();
      answer.pause();
      answer.on("error", () => {});
      unread.push(answer);
      statuses.push(answer.statusCode);
      await sleep(2 * limits.sampleMilliseconds);
      most = Math.max(most, unsent());
    }
    expect(statuses).toContain(503);
    expect(most).toBeLessThanOrEqual(limits.maxUnsentBytes + megabytes * 1_000_000);
    // Patience is short until there is room again, and ends for the last ones, too.
    await expect.poll(unsent, { timeout: 20_000 }).toBe(0);

    const read = await ask();
    let length = 0;
    for await (const chunk of read) length += (chunk as Buffer).length;
    expect([read.statusCode, length]).toEqual([200, megabytes * 1_000_000]);
    for (const answer of unread) answer.destroy();
    await server.close();
  });
});
