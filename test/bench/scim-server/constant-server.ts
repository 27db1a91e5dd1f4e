/** A server that answers every request with the same person: the ceiling of its framework. */
import { createServer } from "node:http";
import { fastify } from "fastify";
import { person } from "./scenarios.ts";

const body = JSON.stringify({ ...person(1), id: "1" });
const framework = process.argv[2];
if (framework === "fastify") {
  const server = fastify();
  server.addContentTypeParser(
    "application/scim+json",
    { parseAs: "string" },
    async (_request: unknown, text: string) => {
      return JSON.parse(text);
    },
  );
  server.all("/*", async (_request, reply) => reply.type("application/scim+json").send(body));
  console.log(await server.listen({ host: "127.0.0.1", port: 0 }));
} else {
  const server = createServer((request, response) => {
    request.resume();
    request.on("end", () => {
      response.writeHead(200, {
        "content-type": "application/scim+json",
        "content-length": Buffer.byteLength(body),
      });
      response.end(body);
    });
  });
  server.listen(0, "127.0.0.1", () => {
    const address = server.address();
    console.log(`http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`);
  });
}
