import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { expect, it, onTestFinished } from "vitest";
import { runChecks } from "../../../src/checks/run-checks.ts";
import { createMockOrg } from "../okta/mock-org.ts";
import { makeApp } from "./run-for-app.ts";

/** Starts a SCIM server that does as told; answers its base URL. */
async function startServer(
  treat: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<string> {
  const server = createServer((request, response) => {
    request.resume().once("end", () => treat(request, response));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  return `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}/scim/v2`;
}

it("somebody whom a server answers in the throw-away's place is never deleted", async () => {
  const ada = { id: "ada-1", userName: "ada@example.com", displayName: "Finance", members: [] };
  const deleted: string[] = [];
  const baseUrl = await startServer((request, response) => {
    if (request.method === "DELETE") deleted.push(request.url ?? "");
    const list = { totalResults: 1, Resources: [ada] };
    response.setHeader("content-type", "application/scim+json");
    response.writeHead(request.method === "POST" ? 201 : 200);
    response.end(JSON.stringify(request.method === "POST" ? ada : list));
  });
  const plan = { stack: "dev", orgUrl: "https://example.okta.com", apps: [makeApp({ baseUrl })] };
  const only = ["server.spec.create-user", "server.clean-up"];
  const report = await runChecks(plan, { okta: createMockOrg([]).client }, { only });
  expect(report.results.find(({ id }) => id === "server.spec.create-user")).toMatchObject({
    outcome: "fail",
  });
  expect(deleted).toEqual([]);
});
