import { scimUrn } from "../../scim/scim-messages.ts";
import type { AppSession } from "../app-session.ts";
import { type Check, CheckFailure, demand, pass } from "../check.ts";
import type { AppCheckPlan } from "../check-plan.ts";
import { demandError, demandList, demandStatus, demandUser, type SpecUser } from "./answers.ts";
import { demandThrowAwayUser, filterPath } from "./spec-suite.ts";

/** Steps change one and the same throw-away user, so each follows the one before. */
export const userLifeChecks: readonly Check[] = [
  {
    id: "server.user.patch-path-less",
    question: "Is a PATCH without path understood, as Okta sends it?",
    needs: ["server.spec.create-user"],
    after: ["server.spec.read-created-user", "server.spec.list-users", "server.spec.read-user"],
    writes: true,
    inapplicable: withoutPatch,
    run: (session) =>
      patchAndCompare(session, [{ op: "replace", value: { displayName: "Patched 1" } }], {
        displayName: "Patched 1",
      }),
  },
  {
    id: "server.user.patch-capital-op",
    question: "Is a PATCH operation in capital letters understood?",
    needs: ["server.spec.create-user"],
    after: ["server.user.patch-path-less"],
    writes: true,
    inapplicable: withoutPatch,
    advisory: isExternal,
    run: (session) =>
      patchAndCompare(session, [{ op: "Replace", path: "displayName", value: "Patched 2" }], {
        displayName: "Patched 2",
      }),
  },
  {
    id: "server.user.patch-string-boolean",
    question: "Is a boolean sent as text stored as a boolean?",
    needs: ["server.spec.create-user"],
    after: ["server.user.patch-capital-op"],
    writes: true,
    inapplicable: withoutPatch,
    advisory: isExternal,
    run: async (session) => {
      await patchAndCompare(session, [{ op: "replace", path: "active", value: "False" }], { active: false });
      await patchAndCompare(session, [{ op: "replace", path: "active", value: "True" }], { active: true });
      return pass('"False" and "True" are stored as booleans.');
    },
  },
  {
    id: "server.user.replace",
    question: "Does a PUT replace the user, as Okta's custom apps send it?",
    needs: ["server.spec.create-user"],
    after: ["server.user.patch-string-boolean"],
    writes: true,
    run: replaceUser,
  },
  {
    id: "server.user.deactivate",
    question: "Is a user deactivated as Okta does it, and still there?",
    needs: ["server.spec.create-user"],
    after: ["server.user.replace", "server.group.create"],
    writes: true,
    run: (session) => setActive(session, false),
  },
  {
    id: "server.user.reactivate",
    question: "Can a deactivated user be activated again?",
    needs: ["server.user.deactivate"],
    writes: true,
    run: (session) => setActive(session, true),
  },
  {
    id: "server.user.delete",
    question: "Is a deleted user gone?",
    needs: ["server.spec.create-user"],
    after: [
      "server.user.reactivate",
      "server.spec.create-duplicate",
      "server.spec.filter-upper-case",
      "server.group.delete",
    ],
    writes: true,
    run: deleteUser,
  },
];

/** Why PATCH is not asked of a server: its app never sends one. */
export function withoutPatch({ server }: AppCheckPlan): string | undefined {
  return server.dialect === "aiw" && server.kind === "external"
    ? "Okta sends this app's server PUT, never PATCH."
    : undefined;
}

/** Okta itself writes operations in lower case and booleans as booleans; other clients of the same server do not. */
function isExternal({ server }: AppCheckPlan): boolean {
  return server.kind === "external";
}

async function readUser(session: AppSession): Promise<SpecUser> {
  const { id } = demandThrowAwayUser(session);
  const answer = await session.probe.send({ path: `/Users/${encodeURIComponent(id)}` });
  demandStatus(answer, 200);
  return demandUser(answer);
}

async function patchAndCompare(
  session: AppSession,
  operations: readonly unknown[],
  expected: Readonly<Record<string, unknown>>,
) {
  const { id, name } = demandThrowAwayUser(session);
  const answer = await session.probe.send({
    method: "PATCH",
    path: `/Users/${encodeURIComponent(id)}`,
    body: { schemas: [scimUrn.patchOp], Operations: operations },
  });
  demand(
    answer.status === 200 || answer.status === 204,
    `The server answered ${answer.status} to the PATCH.`,
    "Accept it: path optional, operation names in any case, booleans as text (RFC 7644 section 3.5.2); a client's task fails otherwise.",
  );
  const user = await readUser(session);
  for (const [attribute, value] of Object.entries(expected)) {
    demand(
      user[attribute] === value,
      `After the PATCH ${attribute} is ${JSON.stringify(user[attribute])}, not ${JSON.stringify(value)}.`,
      "Apply the operation's value to the attributes that it names.",
    );
  }
  demand(
    user.userName === name && user.id === id && user.emails.length > 0,
    "The PATCH changed or removed attributes that it does not name.",
    "Leave every attribute alone that the operation does not name.",
  );
  return pass(`${Object.keys(expected).join(", ")} changed and nothing else.`);
}

async function replaceUser(session: AppSession) {
  const user = await readUser(session);
  const body = { ...user, displayName: "Replaced", name: { ...user.name, givenName: "Replaced" } };
  const path = `/Users/${encodeURIComponent(user.id)}`;
  const answer = await session.probe.send({ method: "PUT", path, body });
  demandStatus(
    answer,
    200,
    "Accept the whole resource as it was read, unknown and read-only attributes ignored.",
  );
  const replaced = await readUser(session);
  demand(
    replaced["displayName"] === "Replaced" &&
      replaced.name.givenName === "Replaced" &&
      replaced.userName === user.userName,
    "The user is not as the PUT said.",
    "Store the attributes of the PUT (RFC 7644 section 3.5.1).",
  );
  return pass("The user is as the PUT said.");
}

async function setActive(session: AppSession, active: boolean) {
  const user = await readUser(session);
  const path = `/Users/${encodeURIComponent(user.id)}`;
  const answer =
    session.app.server.dialect === "aiw"
      ? await session.probe.send({ method: "PUT", path, body: { ...user, active } })
      : await session.probe.send({
          method: "PATCH",
          path,
          body: { schemas: [scimUrn.patchOp], Operations: [{ op: "replace", value: { active } }] },
        });
  demand(
    answer.status === 200 || answer.status === 204,
    `The server answered ${answer.status}.`,
    "Accept it: this is how Okta takes access away. Until then people who left keep their account.",
  );
  const list = demandList(await session.probe.send({ path: filterPath(user.userName) }));
  const found = list.Resources?.find(({ id }) => id === user.id);
  if (found === undefined) {
    throw new CheckFailure(
      "The user is not found any more.",
      "Keep inactive users in searches: Okta looks for them when it activates them again, and would create them twice.",
    );
  }
  demand(
    found["active"] === active,
    `active is ${JSON.stringify(found["active"])}, not ${active}.`,
    "Store `active`; Okta changes nothing else when a person leaves or comes back.",
  );
  return pass(active ? "The user is active again." : "The user is inactive, and still there.");
}

async function deleteUser(session: AppSession) {
  const { id, name } = demandThrowAwayUser(session);
  const path = `/Users/${encodeURIComponent(id)}`;
  const answer = await session.probe.send({ method: "DELETE", path });
  demandStatus(answer, 204);
  demandError(await session.probe.send({ path }), 404);
  session.throwAways.forget({ kind: "Users", id });
  const list = demandList(await session.probe.send({ path: filterPath(name) }));
  // Others are found where the filter is ignored, which server.spec.filter-unknown-user tells.
  demand(
    !(list.Resources ?? []).some((found) => found.id === id),
    "The deleted user is still found.",
    "Leave deleted users out of lists (RFC 7644 section 3.6).",
  );
  return pass("The deleted user is gone.");
}
