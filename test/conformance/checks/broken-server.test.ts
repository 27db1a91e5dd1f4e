import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  answering,
  changedStatus,
  changing,
  everybody,
  html,
  ignoringPut,
  nobody,
  once,
  refusal,
  silence,
  targets,
  whenChecksAsk,
  writes,
} from "./support/breakages.ts";
import type { Breakage } from "./support/breaking-proxy.ts";
import { expectOnly } from "./support/expect-only.ts";
import { startWorld, type World } from "./support/world.ts";

let world: World;

beforeAll(async () => {
  world = await startWorld();
  await world.check({ patience: { settleMs: 20_000 } });
});
afterAll(() => world.stop());

/** Lets a credential in that is none. */
function lettingIn(matches: (authorization: string | undefined) => boolean): Breakage {
  return whenChecksAsk(
    (request) => request.target.includes("/scim/v2") && matches(request.headers["authorization"]),
    (request, forward) =>
      forward({ headers: { ...request.headers, authorization: world.app.server.authorization } }),
  );
}

const breakages: readonly (readonly [id: string, breakage: () => Breakage, remedy: string])[] = [
  ["server.health", () => answering(targets("/healthz"), refusal(503)), "server's log"],
  [
    "server.auth.accepted",
    () =>
      answering(
        (request) => request.headers["authorization"] === world.app.server.authorization,
        refusal(401),
      ),
    "Give the server the token of this connection",
  ],
  ["server.auth.none", () => lettingIn((authorization) => authorization === undefined), "Close the server"],
  [
    "server.auth.wrong-token",
    () =>
      lettingIn(
        (authorization) =>
          authorization === `Bearer ${[..."Kx-Token-With-Letters-0123456789"].reverse().join("")}`,
      ),
    "Close the server",
  ],
  [
    "server.auth.token-case",
    () =>
      lettingIn(
        (authorization) =>
          authorization !== world.app.server.authorization &&
          authorization?.toLowerCase() === world.app.server.authorization.toLowerCase(),
      ),
    "Close the server",
  ],
  [
    "server.auth.expired-token",
    () => lettingIn((authorization) => authorization === "Bearer an-older-token"),
    "Close the server",
  ],
  [
    "server.discovery.config",
    () =>
      changing(targets("/ServiceProviderConfig"), (json) =>
        json.replace('"patch":{"supported":true', '"patch":{"supported":false'),
      ),
    "support both",
  ],
  [
    "server.discovery.resource-types",
    () => changing(targets("/ResourceTypes"), (json) => json.replaceAll("/Groups", "/Teams")),
    "Group at /Groups",
  ],
  [
    "server.discovery.schemas",
    () => changing(targets("/Schemas"), (json) => json.replaceAll("payrollNumber", "payrollNo")),
    "Declare them in the server",
  ],
  [
    "server.spec.create-user",
    () => changedStatus(writes("POST", "/Users", '"userName"'), 201, 200),
    "Answer 201",
  ],
  [
    "server.spec.list-users",
    () =>
      changing(targets("/Users?count=1&startIndex=1"), (json) =>
        json.replace(/"totalResults":(\d+)/, '"totalResults":"$1"'),
      ),
    "Correct the SCIM server's answer",
  ],
  [
    "server.spec.read-user",
    () =>
      whenChecksAsk(
        (request) => request.method === "GET" && /\/Users\/[0-9a-f]{8}-/.test(request.target),
        async (_request, forward) => {
          const answer = await forward();
          return answer.body.includes("okta-scim-check") || answer.status !== 200 ? answer : refusal(404);
        },
      ),
    "Correct the SCIM server's answer",
  ],
  [
    "server.spec.filter-unknown-user",
    () => whenChecksAsk(targets("nobody.known"), everybody),
    "Apply the filter",
  ],
  [
    "server.spec.read-unknown-user",
    () => answering(targets("/Users/unknown-"), html(404)),
    "Answer every request in JSON",
  ],
  [
    "server.spec.filter-random-user",
    () => whenChecksAsk((request) => /userName eq "[0-9a-f]{16}@/.test(request.target), everybody),
    "Apply the filter",
  ],
  [
    "server.spec.read-created-user",
    () =>
      once(
        (request) => request.method === "GET" && /\/Users\/[0-9a-f]{8}-/.test(request.target),
        async () => refusal(404),
      ),
    "Correct the SCIM server's answer",
  ],
  [
    "server.spec.create-duplicate",
    () => changedStatus(writes("POST", "/Users"), 409, 200),
    "Correct the SCIM server's answer",
  ],
  ["server.spec.filter-upper-case", () => answering(targets("OKTA-SCIM-CHECK"), nobody), "without case"],
  [
    "server.spec.list-groups",
    () => answering(targets("/Groups?startIndex=1&count=100"), refusal(500)),
    "Correct the SCIM server's answer",
  ],
  [
    "server.spec.unauthorized",
    () => answering((request) => request.headers["authorization"] === "non-token", html(401)),
    "Answer every request in JSON",
  ],
  [
    "server.spec.read-unknown-number",
    () => answering(targets("/Users/00919288221112222"), refusal(400)),
    "Correct the SCIM server's answer",
  ],
  [
    "server.user.patch-path-less",
    () => answering(writes("PATCH", "/Users", "Patched 1"), refusal(400)),
    "path optional",
  ],
  [
    "server.user.patch-capital-op",
    () => answering(writes("PATCH", "/Users", '"Replace"'), refusal(400)),
    "names in any case",
  ],
  [
    "server.user.patch-string-boolean",
    () => answering(writes("PATCH", "/Users", '"False"'), silence),
    "Apply the operation's value",
  ],
  ["server.user.replace", () => ignoringPut(), "Store the attributes of the PUT"],
  [
    "server.user.deactivate",
    () => answering(writes("PATCH", "/Users", '"active":false'), silence),
    "Store `active`",
  ],
  [
    "server.user.reactivate",
    () => answering(writes("PATCH", "/Users", '"active":true'), silence),
    "Store `active`",
  ],
  [
    "server.user.delete",
    () => once(writes("DELETE", "/Users"), async () => silence),
    "Correct the SCIM server's answer",
  ],
  ["server.group.create", () => changedStatus(writes("POST", "/Groups"), 201, 200), "Answer 201"],
  [
    "server.group.filter",
    () => answering(targets('displayName eq "okta-scim-check'), nobody),
    "Apply filters on displayName",
  ],
  [
    "server.group.rename",
    () => answering(writes("PATCH", "/Groups", "-renamed"), refusal(400)),
    "it is what Okta sends",
  ],
  [
    "server.group.remove-member",
    () => answering(writes("PATCH", "/Groups", '"remove"'), silence),
    "as deltas",
  ],
  ["server.group.add-member", () => answering(writes("PATCH", "/Groups", '"add"'), silence), "as deltas"],
  [
    "server.group.replace-members",
    () => answering(writes("PATCH", "/Groups", '"value":[]'), silence),
    "as deltas",
  ],
  [
    "server.group.delete",
    () => once(writes("DELETE", "/Groups"), async () => silence),
    "Correct the SCIM server's answer",
  ],
  [
    "server.errors.unknown-route",
    () => answering(targets("/Nonsense"), html(404)),
    "Answer every request in JSON",
  ],
  [
    "server.errors.malformed-body",
    () => answering((request) => request.body === '{"schemas":[', html(500)),
    "Correct the SCIM server's answer",
  ],
  ["server.errors.senseless-filter", () => whenChecksAsk(targets("nonsense"), everybody), "invalidFilter"],
  [
    "server.errors.content-type",
    () =>
      whenChecksAsk(targets("/Users?startIndex=1&count=1"), async (request, forward) =>
        request.target.endsWith("count=1") ? { ...(await forward()), contentType: "text/plain" } : forward(),
      ),
    "application/scim+json",
  ],
  [
    "server.paging.stable",
    () =>
      whenChecksAsk(
        (request) => /\/Users\?startIndex=\d+&count=2$/.test(request.target),
        (_request, forward) => forward({ target: "/payroll/scim/v2/Users?startIndex=1&count=2" }),
      ),
    "Sort lists",
  ],
  ["loop.reached", () => changing(targets("/evidence"), () => '{"entries":[]}'), "okta.connection.status"],
];

describe("a server that is broken in just one way fails just that check", () => {
  it.each(breakages)("%s", async (id, breakage, remedy) => {
    const report = await world.proxy.broken(breakage(), () =>
      world.check(id === "loop.reached" ? { patience: { settleMs: 1_500 } } : {}),
    );
    const result = expectOnly(report, [id]);
    expect(result.remedy).toContain(remedy);
    expect(result.exchange?.request).toMatch(/^(GET|POST|PUT|PATCH|DELETE) http/);
    expect(JSON.stringify(report)).not.toContain("Kx-Token-With-Letters");
  });
});

describe("what is wrong below SCIM", () => {
  it("is told as server.tcp when nothing listens", async () => {
    const report = await world.proxy.unreachable(() => world.check());
    const result = expectOnly(report, ["server.tcp"]);
    expect(result.evidence).toMatch(/does not accept connections \(ECONNREFUSED\)/);
  });

  it("is told as server.dns when the name has no address", async () => {
    const report = await world.check({ only: ["server."] }, (app) => ({
      ...app,
      server: { ...app.server, baseUrl: "https://no-such-host.invalid/scim/v2" },
    }));
    expect(expectOnly(report, ["server.dns"]).remedy).toContain("Create the DNS record");
  });

  it("is told as server.tls.https when tokens would travel in clear", async () => {
    const report = await world.check({ only: ["server.tls.https"] }, (app) => ({
      ...app,
      server: { ...app.server, baseUrl: "http://scim.example.com/scim/v2" },
    }));
    expect(expectOnly(report, ["server.tls.https"]).remedy).toContain("Put TLS in front");
  });
});

describe("a slow server", () => {
  it("is a warning", async () => {
    const slow = whenChecksAsk(targets("/Users?startIndex=1&count=1"), async (_request, forward) => {
      await new Promise((resolve) => setTimeout(resolve, 650));
      return forward();
    });
    const report = await world.proxy.broken(slow, () =>
      world.check({ only: ["server.latency"], patience: { fastEnoughMs: 600 } }),
    );
    expect(expectOnly(report, ["server.latency"], "warn").remedy).toContain("Aim at under 600 ms");
  });

  it("that never answers ends at the deadline, with what it was asked", async () => {
    const hang = answering(targets("/Schemas"), silence);
    const never: Breakage = (request, forward) =>
      targets("/Schemas")(request) ? new Promise(() => {}) : hang(request, forward);
    const report = await world.proxy.broken(never, () =>
      world.check({ deadlineMs: 400, only: ["server.discovery.schemas", "server.errors.unknown-route"] }),
    );
    const result = expectOnly(report, ["server.discovery.schemas"]);
    expect(result.evidence).toBe("It did not end within 0.4 s.");
    expect(result.exchange).toMatchObject({
      request: expect.stringContaining("/Schemas"),
      answer: "no answer yet",
    });
  });
});
