import { connect } from "node:net";
import { beforeAll, expect, it } from "vitest";
import { importResource } from "../../../scim-server/src/operation/tenant-transfer.ts";
import type { Storage } from "../../../scim-server/src/storage/storage.ts";
import { describeOnBothEngines, type RunningServer, token } from "./support/running-server.ts";

/** Sends bytes on a connection of their own. Answers all that comes back until `isWhole` says so. */
function exchange(url: string, text: string, isWhole: (received: string) => boolean): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    let received = "";
    const socket = connect(Number(port), hostname, () => socket.write(text));
    socket.setEncoding("utf8").on("error", reject);
    socket.on("data", (chunk: string) => {
      received += chunk;
      if (!isWhole(received)) return;
      socket.destroy();
      resolve(received);
    });
    socket.on("close", () => resolve(received));
  });
}

const count = (text: string, part: string | RegExp): number => text.split(part).length - 1;

/** Answers go past the framework's own way of sending, and those of one turn of the event loop together. */
describeOnBothEngines("answers on the wire", (start) => {
  let server: RunningServer;
  let storage: Storage | undefined;
  const request = (method: string, path: string, more = ""): string =>
    `${method} /payroll/scim/v2${path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${token}\r\n${more}\r\n`;

  beforeAll(async () => {
    server = await start(undefined, (opened) => {
      storage = opened;
      return opened;
    });
  });

  it("come in the order of the requests of a connection, also short ones after long ones", async () => {
    const ids: string[] = [];
    for (let index = 0; index < 12; index += 1)
      ids.push(await server.createUser(`wire-${index}@example.com`));
    const asked = ids.flatMap((id) => [request("GET", `/Users/${id}`), request("GET", "/Users?count=100")]);
    const received = await exchange(server.url, asked.join(""), (text) => {
      return count(text, "HTTP/1.1 200") === asked.length && text.endsWith("]}");
    });
    const bodies = received.split(/HTTP\/1\.1 200 OK\r\n/).slice(1);
    const order = bodies.map((part) => /"totalResults"|"id":"([^"]+)"/.exec(part)?.[1] ?? "list");
    expect(order).toEqual(ids.flatMap((id) => [id, "list"]));
    for (const part of bodies) {
      const [head = "", body = ""] = part.split("\r\n\r\n");
      expect(Number(/content-length: (\d+)/.exec(head)?.[1])).toBe(Buffer.byteLength(body));
    }
  });

  it("have no body for HEAD and for what has not changed, and the connection goes on", async () => {
    const id = await server.createUser("head@example.com");
    const text =
      request("HEAD", `/Users/${id}`) +
      request("GET", `/Users/${id}`, 'if-none-match: W/"1"\r\n') +
      request("DELETE", `/Users/${id}`) +
      request("GET", "/Users/none");
    const received = await exchange(server.url, text, (got) => got.includes("does not exist"));
    expect(received.match(/HTTP\/1\.1 \d+/g)).toEqual(
      ["200", "304", "204", "404"].map((status) => `HTTP/1.1 ${status}`),
    );
    expect(count(received, '"userName"')).toBe(0);
    expect(count(received, "x-request-id: ")).toBe(4);
    expect(count(received, "cache-control: no-store")).toBe(4);
  });

  it("come at once where a type is named and no body is sent", async () => {
    for (const method of ["POST", "PUT", "PATCH"]) {
      const path = method === "POST" ? "/Users" : "/Users/none";
      const text = request(method, path, "content-type: application/scim+json\r\n");
      const received = await exchange(server.url, text, (got) => got.includes("needs a JSON body"));
      expect(received, method).toMatch(/^HTTP\/1\.1 400 /);
    }
  });

  it("name a resource by a URI that a header can hold, whatever id it was imported with", async () => {
    if (storage === undefined) throw new TypeError("the server has no storage");
    const id = "€ x/ü";
    const line = { type: "User", id, document: { userName: "odd@example.com" } };
    await importResource(storage, "payroll", line, undefined);
    const answer = await server.call("GET", `/Users/${encodeURIComponent(id)}`);
    expect([answer.status, answer.body.id]).toEqual([200, id]);
    const location = `http://scim.example.com/payroll/scim/v2/Users/${encodeURIComponent(id)}`;
    expect(answer.headers.get("location")).toBe(location);
    expect(answer.body.meta.location).toBe(location);
  });
});
