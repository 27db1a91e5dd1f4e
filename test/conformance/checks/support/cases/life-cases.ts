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
} from "../breakages.ts";
import { type BrokenCase, breakServer } from "../broken-case.ts";

/** A server of somebody else's that does not understand what Okta does not send: a warning. */
function breakExternally(id: string, text: string): BrokenCase {
  const breakage = answering(writes("PATCH", "/Users", text), refusal(400));
  return {
    id,
    how: "a warning for an external server",
    outcome: "warn",
    remedy: "names in any case",
    run: (world) =>
      world.proxy.broken(breakage, () =>
        world.check({ only: ["server.user"] }, (app) => ({
          ...app,
          server: { ...app.server, kind: "external" },
        })),
      ),
  };
}

/** Okta's SPEC suite, and the lives of a user and a group. */
export const lifeCases: readonly BrokenCase[] = [
  breakExternally("server.user.patch-capital-op", '"Replace"'),
  breakExternally("server.user.patch-string-boolean", '"False"'),
  breakServer(
    "server.spec.create-user",
    () => changedStatus(writes("POST", "/Users", '"userName"'), 201, 200),
    "Answer 201",
  ),
  breakServer(
    "server.spec.list-users",
    () =>
      changing(targets("/Users?count=1&startIndex=1"), (json) =>
        json.replace(/"totalResults":(\d+)/, '"totalResults":"$1"'),
      ),
    "Correct the SCIM server's answer",
  ),
  breakServer(
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
  ),
  breakServer(
    "server.spec.filter-unknown-user",
    () => whenChecksAsk(targets("nobody.known"), everybody),
    "Apply the filter",
  ),
  breakServer(
    "server.spec.read-unknown-user",
    () => answering(targets("/Users/unknown-"), html(404)),
    "Answer every request in JSON",
  ),
  breakServer(
    "server.spec.filter-random-user",
    () => whenChecksAsk((request) => /userName eq "[0-9a-f]{16}@/.test(request.target), everybody),
    "Apply the filter",
  ),
  breakServer(
    "server.spec.read-created-user",
    () =>
      once(
        (request) => request.method === "GET" && /\/Users\/[0-9a-f]{8}-/.test(request.target),
        async () => refusal(404),
      ),
    "Correct the SCIM server's answer",
  ),
  breakServer(
    "server.spec.create-duplicate",
    () => changedStatus(writes("POST", "/Users"), 409, 200),
    "Correct the SCIM server's answer",
  ),
  breakServer(
    "server.spec.filter-upper-case",
    () => answering(targets("OKTA-SCIM-CHECK"), nobody),
    "without case",
  ),
  breakServer(
    "server.spec.list-groups",
    () => answering(targets("/Groups?startIndex=1&count=100"), refusal(500)),
    "Correct the SCIM server's answer",
  ),
  breakServer(
    "server.spec.unauthorized",
    () => answering((request) => request.headers["authorization"] === "non-token", html(401)),
    "Answer every request in JSON",
  ),
  breakServer(
    "server.spec.read-unknown-number",
    () => answering(targets("/Users/00919288221112222"), refusal(400)),
    "Correct the SCIM server's answer",
  ),
  breakServer(
    "server.user.patch-path-less",
    () => answering(writes("PATCH", "/Users", "Patched 1"), refusal(400)),
    "path optional",
  ),
  breakServer(
    "server.user.patch-capital-op",
    () => answering(writes("PATCH", "/Users", '"Replace"'), refusal(400)),
    "names in any case",
  ),
  breakServer(
    "server.user.patch-string-boolean",
    () => answering(writes("PATCH", "/Users", '"False"'), silence),
    "Apply the operation's value",
  ),
  breakServer("server.user.replace", () => ignoringPut(), "Store the attributes of the PUT"),
  breakServer(
    "server.user.deactivate",
    () => answering(writes("PATCH", "/Users", '"active":false'), silence),
    "Store `active`",
  ),
  breakServer(
    "server.user.reactivate",
    () => answering(writes("PATCH", "/Users", '"active":true'), silence),
    "Store `active`",
  ),
  breakServer(
    "server.user.delete",
    () => once(writes("DELETE", "/Users"), async () => silence),
    "Correct the SCIM server's answer",
  ),
  breakServer("server.group.create", () => changedStatus(writes("POST", "/Groups"), 201, 200), "Answer 201"),
  breakServer(
    "server.group.filter",
    () => answering(targets('displayName eq "okta-scim-check'), nobody),
    "Apply filters on displayName",
  ),
  breakServer(
    "server.group.rename",
    () => answering(writes("PATCH", "/Groups", "-renamed"), refusal(400)),
    "it is what Okta sends",
  ),
  breakServer(
    "server.group.remove-member",
    () => answering(writes("PATCH", "/Groups", '"remove"'), silence),
    "as deltas",
  ),
  breakServer(
    "server.group.add-member",
    () => answering(writes("PATCH", "/Groups", '"add"'), silence),
    "as deltas",
  ),
  breakServer(
    "server.group.replace-members",
    () => answering(writes("PATCH", "/Groups", '"value":[]'), silence),
    "as deltas",
  ),
  breakServer(
    "server.group.delete",
    () => once(writes("DELETE", "/Groups"), async () => silence),
    "Correct the SCIM server's answer",
  ),
];
