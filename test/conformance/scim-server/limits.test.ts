import { execFileSync } from "node:child_process";
import { cpSync, readFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { connect as connectTls } from "node:tls";
import { fastify } from "fastify";
import { afterAll, describe, expect, it, onTestFinished, vi } from "vitest";
import { shedLoad } from "../../../scim-server/src/operation/load-shedding.ts";
import { toScimError } from "../../../scim-server/src/protocol/error-answer.ts";
import { ServerFolder, type ServerProcess } from "./support/server-process.ts";

const folders: ServerFolder[] = [];

function makeFolder(variables: Readonly<Record<string, string>>): ServerFolder {
  const folder = new ServerFolder({ variables });
  folders.push(folder);
  return folder;
}

afterAll(() => {
  for (const folder of folders) folder.remove();
});

function makeCertificate(folder: ServerFolder, name: string): readonly [certificate: string, key: string] {
  const files = [join(folder.path, `${name}.crt`), join(folder.path, `${name}.key`)] as const;
  const request = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  const subject = ["-subj", `/CN=${name}`, "-addext", "subjectAltName=IP:127.0.0.1", "-days", "2"];
  execFileSync("openssl", [...request, ...subject, "-out", files[0], "-keyout", files[1]], {
    stdio: "ignore",
  });
  return files;
}

/** The name in the certificate that a server shows. */
function shownName(server: ServerProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(server.url);
    const socket = connectTls({ host: hostname, port: Number(port), rejectUnauthorized: false }, () => {
      const { subject } = socket.getPeerCertificate();
      socket.destroy();
      resolve(String(subject.CN));
    });
    socket.once("error", reject);
  });
}

function open(server: ServerProcess): Promise<Socket> {
  return new Promise((resolve) => {
    const { hostname, port } = new URL(server.url);
    const socket = connect(Number(port), hostname, () => resolve(socket));
    socket.on("error", () => {});
  });
}

describe("limits of the server", () => {
  it("a renewed certificate is shown without a restart; half of one is not", async () => {
    const place = new ServerFolder();
    folders.push(place);
    const [certificate, key] = makeCertificate(place, "first");
    const folder = makeFolder({
      SCIM_SERVER_TLS_CERTIFICATE_FILE: certificate,
      SCIM_SERVER_TLS_KEY_FILE: key,
    });
    const server = await folder.start();
    expect(await shownName(server)).toBe("first");
    const [nextCertificate, nextKey] = makeCertificate(place, "second");
    cpSync(nextCertificate, certificate);
    // The server looks every five seconds; the key that belongs to the certificate is still missing then.
    const refused = (): boolean => server.log.some((line) => line.includes("certificate cannot be used"));
    await expect.poll(refused, { timeout: 15_000 }).toBe(true);
    expect(await shownName(server)).toBe("first");
    cpSync(nextKey, key);
    await expect.poll(() => shownName(server), { timeout: 15_000 }).toBe("second");
    expect(readFileSync(key, "utf8")).toContain("PRIVATE KEY");
    await server.stop();
  });

  it("connections beyond the limit are closed, the others go on", async () => {
    const server = await makeFolder({ SCIM_SERVER_MAX_CONNECTIONS: "2" }).start();
    const [first, second] = [await open(server), await open(server)];
    const third = await open(server);
    const closed = await new Promise<boolean>((resolve) => {
      third.once("close", () => resolve(true));
      third.resume();
    });
    expect(closed).toBe(true);
    const answer = await new Promise<string>((resolve) => {
      first.once("data", (chunk: Buffer) => resolve(chunk.toString()));
      first.write("GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n");
    });
    expect(answer).toContain("200 OK");
    for (const socket of [first, second]) socket.destroy();
    await server.stop();
  });

  it("a caller's address is taken from a proxy that is trusted, and from no other", async () => {
    const callers = async (variables: Readonly<Record<string, string>>): Promise<readonly number[]> => {
      const server = await makeFolder(variables).start();
      const statuses = [];
      for (let index = 0; index < 62; index += 1) {
        const headers = { "x-forwarded-for": `203.0.113.${index}` };
        statuses.push((await fetch(`${server.url}/payroll/scim/v2/Users`, { headers })).status);
      }
      await server.stop();
      return [...new Set(statuses)];
    };
    expect(await callers({ SCIM_SERVER_TRUSTED_PROXIES: "127.0.0.1" })).toEqual([401]);
    expect(await callers({})).toEqual([401, 429]);
  });

  it("an event loop that lags is answered 503 with Retry-After until it has caught up, but for its health", async () => {
    // The clock is the test's: on a busy machine the real one would tell of lags that are none of the server's.
    let now = 0;
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    vi.spyOn(performance, "now").mockImplementation(() => now);
    onTestFinished(() => {
      vi.useRealTimers();
      vi.restoreAllMocks();
    });
    const sampleAfter = (milliseconds: number): void => {
      now += milliseconds;
      vi.advanceTimersByTime(100);
    };
    const server = fastify();
    shedLoad(server, 100);
    server.setErrorHandler((error, _request, reply) => {
      const answer = toScimError(error);
      return reply.code(answer.status).headers(answer.headers).send(answer.toBody());
    });
    for (const path of ["/healthz", "/Users"]) server.get(path, async () => "fine");
    await server.ready();
    const statusOf = async (url: string): Promise<number> => (await server.inject({ url })).statusCode;
    expect(await statusOf("/Users")).toBe(200);
    sampleAfter(200);
    expect(await statusOf("/Users")).toBe(200);
    sampleAfter(201);
    const refused = await server.inject({ url: "/Users" });
    expect([refused.statusCode, refused.headers["retry-after"]]).toEqual([503, "2"]);
    expect(await statusOf("/healthz")).toBe(200);
    sampleAfter(100);
    expect(await statusOf("/Users")).toBe(200);
    await server.close();
  });
});
