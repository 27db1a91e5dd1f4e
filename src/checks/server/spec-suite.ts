import { randomBytes } from "node:crypto";
import { z } from "zod";
import { scimUrn } from "../../scim/scim-messages.ts";
import type { AppSession } from "../app-session.ts";
import { type Check, CheckFailure, demand, pass } from "../check.ts";
import { isMarked, type ThrowAway } from "../throw-aways.ts";
import { demandError, demandList, demandStatus, demandUser, demandUserIn } from "./answers.ts";
import { refusedAs } from "./authentication.ts";

/** Headers with which Okta's SPEC suite posts: plain JSON, unlike Okta's own client. */
const suitePost = { "content-type": "application/json", accept: "application/scim+json; charset=utf-8" };

/**
 * Okta's SPEC suite (Okta-SCIM-20-SPEC-Test.json of 2024-05), each request as a check of its own. The suite demands a seeded server;
 * here the throw-away user is made first, so that an empty server can be proven too.
 */
export const specSuiteChecks: readonly Check[] = [
  {
    id: "server.spec.create-user",
    question: "SPEC 6: can a user be created?",
    needs: ["server.auth.accepted"],
    after: ["server.clean-up.left-overs"],
    writes: true,
    run: createUser,
  },
  {
    id: "server.spec.list-users",
    question: "SPEC 1: does the list of users have the shape that Okta reads?",
    needs: ["server.auth.accepted"],
    after: ["server.spec.create-user"],
    run: listUsers,
  },
  {
    id: "server.spec.read-user",
    question: "SPEC 2: can a listed user be read by its id?",
    needs: ["server.spec.list-users"],
    run: readListedUser,
  },
  {
    id: "server.spec.filter-unknown-user",
    question: "SPEC 3: does a search for an unknown user find nobody?",
    needs: ["server.auth.accepted"],
    run: (session) => findNobody(session, "nobody.known@example.invalid"),
  },
  {
    id: "server.spec.read-unknown-user",
    question: "SPEC 4: is an unknown id answered with 404?",
    needs: ["server.auth.accepted"],
    run: (session) => readUnknown(session, `unknown-${randomBytes(6).toString("hex")}`),
  },
  {
    id: "server.spec.filter-random-user",
    question: "SPEC 5: does a search for a random name find nobody?",
    needs: ["server.auth.accepted"],
    run: (session) => findNobody(session, `${randomBytes(8).toString("hex")}@example.invalid`),
  },
  {
    id: "server.spec.read-created-user",
    question: "SPEC 7: is the created user read as it was written?",
    needs: ["server.spec.create-user"],
    run: readCreatedUser,
  },
  {
    id: "server.spec.create-duplicate",
    question: "SPEC 8: is a second user with the same userName refused with 409?",
    needs: ["server.spec.create-user"],
    writes: true,
    run: createDuplicate,
  },
  {
    id: "server.spec.filter-upper-case",
    question: "SPEC 9: is the user found by its userName in upper case?",
    needs: ["server.spec.create-user"],
    run: filterUpperCase,
  },
  {
    id: "server.spec.list-groups",
    question: "SPEC 10: can groups be listed?",
    needs: ["server.auth.accepted"],
    inapplicable: ({ server, pushGroups }) =>
      server.kind === "external" && pushGroups.length === 0 ? "The spec pushes no groups." : undefined,
    run: async ({ probe }) => {
      const list = demandList(await probe.send({ path: "/Groups?startIndex=1&count=100" }));
      return pass(`The server has ${list.totalResults} groups.`);
    },
  },
  {
    id: "server.spec.unauthorized",
    question: "SPEC 11: is a search with a senseless credential answered with 401?",
    needs: ["server.auth.accepted"],
    run: async ({ probe }) =>
      refusedAs(
        await probe.send({ path: filterPath("nobody"), authorization: "non-token" }),
        "A senseless credential",
      ),
  },
  {
    id: "server.spec.read-unknown-number",
    question: "SPEC 12: is a number as unknown id answered with 404?",
    needs: ["server.auth.accepted"],
    run: (session) => readUnknown(session, "00919288221112222"),
  },
];

/** The throw-away user of this run. @throws CheckFailure where it was not made (a check that asks for it needs server.spec.create-user). */
export function demandThrowAwayUser({ throwAways }: AppSession): ThrowAway {
  if (throwAways.user !== undefined) return throwAways.user;
  throw new CheckFailure("There is no throw-away user.", "See server.spec.create-user.");
}

/** The path of a search for a userName, as Okta writes it. */
export function filterPath(userName: string): string {
  return `/Users?filter=${encodeURIComponent(`userName eq ${JSON.stringify(userName)}`)}&startIndex=1&count=100`;
}

/** The body with which Okta creates a user; the name is in mixed case, which must be kept. */
function makeUser(userName: string) {
  return {
    schemas: [scimUrn.user],
    userName,
    name: { givenName: "Scim", familyName: "Check" },
    emails: [{ primary: true, value: userName, type: "work" }],
    displayName: "Scim Check",
    locale: "en-US",
    externalId: userName,
    groups: [],
    password: randomBytes(18).toString("base64url"),
    active: true,
  };
}

async function createUser({ probe, throwAways, now }: AppSession) {
  const userName = `${throwAways.makeName(now())}@Example.invalid`;
  const body = makeUser(userName);
  const answer = await probe.send({ method: "POST", path: "/Users", body, headers: suitePost });
  const id = readMadeId(answer.json);
  if (id !== undefined) {
    throwAways.user = { kind: "Users", id, name: userName };
    throwAways.remember(throwAways.user);
  }
  demandStatus(answer, 201, "Answer 201 with the whole user; Okta's task fails otherwise.");
  const user = demandUser(answer);
  const remedy = "Answer with the user as it was stored; Okta keeps the id and compares the rest.";
  demand(user.userName === userName, `userName came back as ${user.userName}, not as it was sent.`, remedy);
  demand(user.active, "The user was created active, and came back inactive.", remedy);
  demand(
    user.name.givenName === "Scim" && user.name.familyName === "Check",
    "The name came back changed.",
    remedy,
  );
  demand(
    user["password"] === undefined,
    "The answer holds the password.",
    "Never return a password (RFC 7643 section 4.1.1).",
  );
  return pass("A throw-away user was created.", { details: [`Users ${userName}`] });
}

const madeSchema = z.looseObject({
  id: z.string().min(1),
  userName: z.string().refine((name) => isMarked(name.toLowerCase())),
});

/** The id of the user that was made, which is deleted later: never that of somebody else, whom a server may answer with. */
function readMadeId(json: unknown): string | undefined {
  return madeSchema.safeParse(json).data?.id;
}

async function listUsers({ probe }: AppSession) {
  const answer = await probe.send({ path: "/Users?count=1&startIndex=1" });
  const list = demandList(answer);
  const remedy = "totalResults, startIndex and itemsPerPage must be there as JSON numbers.";
  demand(
    list.startIndex !== undefined && list.itemsPerPage !== undefined,
    "startIndex or itemsPerPage is missing.",
    remedy,
  );
  const first = list.Resources?.[0];
  demand(
    first !== undefined,
    list.totalResults > 0
      ? `totalResults is ${list.totalResults}, but no user was listed.`
      : "The server has no users.",
    "Return the page that was asked for; for Okta's own suite the server needs at least one user.",
  );
  const user = demandUserIn(answer, first);
  return pass(`The server has ${list.totalResults} users; the first is complete (${user.id}).`);
}

async function readListedUser({ probe }: AppSession) {
  const list = demandList(await probe.send({ path: "/Users?count=1&startIndex=1" }));
  const id = list.Resources?.[0]?.id ?? "";
  const answer = await probe.send({ path: `/Users/${encodeURIComponent(id)}` });
  demandStatus(answer, 200);
  demand(
    demandUser(answer).id === id,
    "The user that was read has another id.",
    "Answer with the user whose id was asked for.",
  );
  return pass("A listed user is read by its id.");
}

async function readCreatedUser(session: AppSession) {
  const { id, name } = demandThrowAwayUser(session);
  const answer = await session.probe.send({ path: `/Users/${encodeURIComponent(id)}` });
  demandStatus(answer, 200);
  const user = demandUser(answer);
  demand(
    user.id === id && user.userName === name,
    "The user was read with another id or userName.",
    "Store what was sent.",
  );
  return pass("The created user is read as it was written.");
}

async function createDuplicate(session: AppSession) {
  const { id: original, name } = demandThrowAwayUser(session);
  const { probe, throwAways } = session;
  const answer = await probe.send({
    method: "POST",
    path: "/Users",
    body: makeUser(name),
    headers: suitePost,
  });
  const id = readMadeId(answer.json);
  // Whatever the status: a server may say 200 of one that it made.
  if (id !== undefined && id !== original) throwAways.remember({ kind: "Users", id, name });
  demandError(answer, 409);
  return pass("The second user with the same userName is refused with 409.");
}

async function filterUpperCase(session: AppSession) {
  const { id, name } = demandThrowAwayUser(session);
  const list = demandList(await session.probe.send({ path: filterPath(name.toUpperCase()) }));
  demand(
    list.Resources?.some((resource) => resource.id === id) ?? false,
    "The user was not found by its userName in upper case.",
    "Compare userName without case (RFC 7643 section 4.1.1); Okta would create the person twice.",
  );
  return pass("The user is found by its userName in upper case.");
}

async function findNobody({ probe }: AppSession, userName: string) {
  const list = demandList(await probe.send({ path: filterPath(userName) }));
  demand(
    list.totalResults === 0 && (list.Resources ?? []).length === 0,
    `A search for nobody found ${list.totalResults} users.`,
    "Apply the filter: Okta would take the first user for the person it looks for, and overwrite it.",
  );
  return pass("Nobody was found.");
}

async function readUnknown({ probe }: AppSession, id: string) {
  demandError(await probe.send({ path: `/Users/${id}` }), 404);
  return pass("It is answered with 404 and a SCIM error.");
}
