import { createServer } from "node:http";
import { afterEach, expect, it } from "vitest";
import { requireAnswer } from "../../../src/okta/require-answer.ts";

const server = createServer((_request, response) => response.writeHead(404).end());
afterEach(() => server.close());

it("is content with any answer, and tells what stands in the way of one", async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  const orgUrl = `http://127.0.0.1:${address.port}`;
  await expect(requireAnswer(orgUrl)).resolves.toBeUndefined();
  await new Promise((resolve) => server.close(resolve));
  await expect(requireAnswer(orgUrl)).rejects.toMatchObject({
    code: "OKTA_UNREACHABLE",
    exitCode: 3,
    message: `Okta did not answer GET /.well-known/okta-organization at ${orgUrl}: the connection was refused`,
  });
});
