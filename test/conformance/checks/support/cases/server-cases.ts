import { answering, changing, everybody, html, refusal, targets, whenChecksAsk } from "../breakages.ts";
import type { Breakage } from "../breaking-proxy.ts";
import { type BrokenCase, breakServer } from "../broken-case.ts";
import type { World } from "../world.ts";

/** Lets a credential in that is none. */
function lettingIn(world: World, matches: (authorization: string | undefined) => boolean): Breakage {
  return whenChecksAsk(
    (request) => request.target.includes("/scim/v2") && matches(request.headers["authorization"]),
    (request, forward) =>
      forward({ headers: { ...request.headers, authorization: world.app.server.authorization } }),
  );
}

/** Who may ask, what the server says of itself, how it refuses and pages. */
export const serverCases: readonly BrokenCase[] = [
  breakServer(
    "server.auth.accepted",
    (world) =>
      answering(
        (request) => request.headers["authorization"] === world.app.server.authorization,
        refusal(401),
      ),
    "Give the server the token of this connection",
  ),
  breakServer(
    "server.auth.none",
    (world) => lettingIn(world, (authorization) => authorization === undefined),
    "Close the server",
  ),
  breakServer(
    "server.auth.wrong-token",
    (world) =>
      lettingIn(
        world,
        (authorization) =>
          authorization === `Bearer ${[..."Kx-Token-With-Letters-0123456789"].reverse().join("")}`,
      ),
    "Close the server",
  ),
  breakServer(
    "server.auth.token-case",
    (world) =>
      lettingIn(
        world,
        (authorization) =>
          authorization !== world.app.server.authorization &&
          authorization?.toLowerCase() === world.app.server.authorization.toLowerCase(),
      ),
    "Close the server",
  ),
  breakServer(
    "server.auth.expired-token",
    (world) => lettingIn(world, (authorization) => authorization === "Bearer an-older-token"),
    "Close the server",
  ),
  breakServer(
    "server.discovery.config",
    () =>
      changing(targets("/ServiceProviderConfig"), (json) =>
        json.replace('"patch":{"supported":true', '"patch":{"supported":false'),
      ),
    "support both",
  ),
  breakServer(
    "server.discovery.resource-types",
    () => changing(targets("/ResourceTypes"), (json) => json.replaceAll("/Groups", "/Teams")),
    "Group at /Groups",
  ),
  breakServer(
    "server.discovery.schemas",
    () => changing(targets("/Schemas"), (json) => json.replaceAll("payrollNumber", "payrollNo")),
    "Declare them in the server",
  ),
  breakServer(
    "server.errors.unknown-route",
    () => answering(targets("/Nonsense"), html(404)),
    "Answer every request in JSON",
  ),
  breakServer(
    "server.errors.malformed-body",
    () => answering((request) => request.body === '{"schemas":[', html(500)),
    "Correct the SCIM server's answer",
  ),
  breakServer(
    "server.errors.senseless-filter",
    () => whenChecksAsk(targets("nonsense"), everybody),
    "invalidFilter",
  ),
  breakServer(
    "server.errors.content-type",
    () =>
      whenChecksAsk(targets("/Users?startIndex=1&count=1"), async (request, forward) =>
        request.target.endsWith("count=1") ? { ...(await forward()), contentType: "text/plain" } : forward(),
      ),
    "application/scim+json",
  ),
  breakServer(
    "server.paging.stable",
    () =>
      whenChecksAsk(
        (request) => /\/Users\?startIndex=\d+&count=2$/.test(request.target),
        (_request, forward) => forward({ target: "/payroll/scim/v2/Users?startIndex=1&count=2" }),
      ),
    "Sort lists",
  ),
  {
    ...breakServer(
      "server.paging.stable",
      () =>
        whenChecksAsk(
          (request) => /\/Users\?startIndex=\d+&count=2$/.test(request.target),
          (_request, forward) => forward({ target: "/payroll/scim/v2/Users?startIndex=1&count=100" }),
        ),
      "at most `count` resources",
    ),
    how: "pages hold everybody",
    evidence: /^A page of 2 holds \d+ users\.$/,
  },
];
