import { createServer, type Server, type Socket } from "node:net";
import { setInterval } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { CheckReport } from "../../../src/checks/check-report.ts";
import { startWorld, type World } from "./support/world.ts";

let world: World;

beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

/** Checks a server that treats each connection so, with a healthy org beside it; a test that hangs here has found a command that hangs. */
async function checkServer(treat: (socket: Socket) => void, scheme: "http" | "https"): Promise<CheckReport> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    treat(socket);
  });
  const port = await listen(server);
  try {
    const baseUrl = `${scheme}://localhost:${port}/payroll/scim/v2`;
    return await world.check({ deadlineMs: 600, patience: { settleMs: 300 } }, (app) => ({
      ...app,
      server: {
        ...app.server,
        baseUrl,
        healthUrl: `${scheme}://localhost:${port}/healthz`,
        evidenceUrl: `${scheme}://localhost:${port}/payroll/evidence`,
      },
    }));
  } finally {
    for (const socket of sockets) socket.destroy();
    server.close();
  }
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

/** A head that promises JSON without end, then a byte at a time. */
async function drip(socket: Socket): Promise<void> {
  socket.write("HTTP/1.1 200 OK\r\nContent-Type: application/scim+json\r\nConnection: close\r\n\r\n[");
  for await (const _ of setInterval(20)) {
    if (socket.destroyed) return;
    socket.write(" ");
  }
}

/** As much as the line takes, for ever. */
function flood(socket: Socket): void {
  const chunk = Buffer.alloc(1024 * 1024, " ");
  const pour = (): void => {
    while (!socket.destroyed && socket.write(chunk));
  };
  socket.on("drain", pour);
  socket.write("HTTP/1.1 200 OK\r\nContent-Type: application/scim+json\r\nConnection: close\r\n\r\n");
  pour();
}

function evidenceOf(report: CheckReport, id: string): string {
  const result = report.results.find((candidate) => candidate.id === id);
  return `${result?.outcome}: ${result?.evidence}`;
}

describe("a command never hangs by a server that", () => {
  it.each([
    ["accepts and never answers", () => undefined, "fail: It did not end within 0.6 s."],
    ["answers a byte at a time for ever", drip, "fail: It did not end within 0.6 s."],
    [
      "hangs up at once",
      (socket: Socket) => socket.destroy(),
      expect.stringMatching(/^fail: The SCIM server gave no answer to GET \/payroll\/scim\/v2\/Users: /),
    ],
    [
      "speaks another protocol",
      (socket: Socket) => socket.end("SSH-2.0-OpenSSH_9.9\r\n"),
      expect.stringMatching(/^fail: The SCIM server gave no answer to GET \/payroll\/scim\/v2\/Users: /),
    ],
    [
      "never stops sending",
      flood,
      expect.stringMatching(
        /^fail: (The SCIM server gave no answer.*longer than 33554432 bytes|It did not end)/,
      ),
    ],
  ])("%s", async (_name, treat, expected) => {
    const report = await checkServer((socket) => void treat(socket), "http");
    expect(evidenceOf(report, "server.tcp")).toMatch(/^pass: /);
    expect(evidenceOf(report, "server.auth.accepted")).toEqual(expected);
    expect(evidenceOf(report, "okta.app.status")).toMatch(/^pass: /);
    expect(report.results.filter(({ evidence }) => evidence.includes("The check itself broke"))).toEqual([]);
  });

  it.each([
    [
      "shows a sign-in page for everything",
      "200 OK",
      "Content-Type: text/html\r\n",
      "<title>Sign in</title>",
      "fail: The body is not JSON (text/html).",
      "A proxy may answer in the server's place",
    ],
    [
      "redirects to one",
      "302 Found",
      "Location: https://sso.example.com/login\r\n",
      "",
      "fail: The server answered 302 where 200 is right.",
      "a sign-in page means that a gateway wants people there",
    ],
    [
      "is a proxy with nothing behind it",
      "502 Bad Gateway",
      "Content-Type: text/html\r\n",
      "<h1>502 Bad Gateway</h1>",
      "fail: The server answered 502 where 200 is right.",
      "start the SCIM server behind it",
    ],
  ])("%s, and that is the one thing told", async (_name, status, header, body, evidence, remedy) => {
    const report = await checkServer((socket) => {
      const length = `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n`;
      socket.once("data", () => socket.end(`HTTP/1.1 ${status}\r\n${header}${length}\r\n${body}`));
    }, "http");
    const failed = report.results.filter(({ id, outcome }) => id.startsWith("server.") && outcome === "fail");
    const accepted = failed.find(({ id }) => id === "server.auth.accepted");
    expect(evidenceOf(report, "server.auth.accepted")).toBe(evidence);
    expect(accepted?.remedy).toContain(remedy);
    // The bundled server's health address is asked besides.
    expect(failed.map(({ id }) => id).filter((id) => id !== "server.health")).toEqual([
      "server.auth.accepted",
    ]);
    if (status.startsWith("302"))
      expect(accepted?.exchange?.answer).toContain("302 to https://sso.example.com/login");
  });

  it("never shakes hands", async () => {
    const report = await checkServer(() => undefined, "https");
    expect(evidenceOf(report, "server.tls.chain")).toBe("fail: It did not end within 0.6 s.");
    expect(evidenceOf(report, "server.auth.accepted")).toBe(
      "skipped: It needs server.tls.chain, which failed.",
    );
    expect(evidenceOf(report, "okta.app.status")).toMatch(/^pass: /);
  });
});
