import { z } from "zod";
import type { AppSession } from "../app-session.ts";
import { type Check, demand, pass } from "../check.ts";
import type { ProbeAnswer } from "../scim-probe.ts";
import { demandError, demandShape, demandStatus } from "./answers.ts";
import { reachable } from "./tls.ts";

const anyRead = "/Users?startIndex=1&count=1";

export const authenticationChecks: readonly Check[] = [
  {
    id: "server.auth.accepted",
    question: "Does the server accept the connection's credential?",
    needs: reachable,
    run: async ({ probe }) => {
      const answer = await probe.send({ path: anyRead });
      demandStatus(answer, 200, remedyFor(answer.status));
      // A sign-in page is a 200 as well, and what follows would take it for an open door.
      demandShape(answer, anyList, "a list of users");
      return pass("The credential is accepted.");
    },
  },
  {
    id: "server.auth.none",
    question: "Does the server refuse a request without a credential?",
    needs: ["server.auth.accepted"],
    run: async ({ probe }) =>
      refusedAs(await probe.send({ path: anyRead, authorization: null }), "No credential"),
  },
  {
    id: "server.auth.wrong-token",
    question: "Does the server refuse a wrong token?",
    needs: ["server.auth.accepted"],
    run: async (session) => {
      const authorization = changeCredential(session, reverse);
      return refusedAs(await session.probe.send({ path: anyRead, authorization }), "A wrong token");
    },
  },
  {
    id: "server.auth.token-case",
    question: "Does the server tell upper and lower case in the token apart?",
    needs: ["server.auth.accepted"],
    inapplicable: ({ server }) =>
      swapCase(splitAuthorization(server.authorization).credential) ===
      splitAuthorization(server.authorization).credential
        ? "The token has no letters."
        : undefined,
    run: async (session) => {
      const authorization = changeCredential(session, swapCase);
      return refusedAs(
        await session.probe.send({ path: anyRead, authorization }),
        "The token in another case",
      );
    },
  },
  {
    id: "server.auth.expired-token",
    question: "Does the server refuse a token that has expired?",
    needs: ["server.auth.accepted"],
    inapplicable: ({ server }) =>
      server.expiredAuthorization === undefined ? "No earlier token is known for this app." : undefined,
    run: async ({ probe, app }) => {
      const authorization = app.server.expiredAuthorization ?? null;
      return refusedAs(await probe.send({ path: anyRead, authorization }), "The expired token");
    },
  },
];

/** Something of a list; its exact shape is server.spec.list-users's question. */
const anyList = z
  .looseObject({ totalResults: z.unknown(), Resources: z.unknown() })
  .refine(({ totalResults, Resources }) => totalResults !== undefined || Resources !== undefined, {
    error: "neither totalResults nor Resources is there",
  });

function remedyFor(status: number): string {
  if (status === 401 || status === 403)
    return "Give the server the token of this connection, and check the scheme: with header authentication Okta sends the value as typed, `Bearer ` included.";
  if (status >= 300 && status < 400)
    return "Write the address to which the server redirects into the spec's URL, if it is the SCIM server's; a sign-in page means that a gateway wants people there: let Okta's requests past it.";
  if (status === 404)
    return "Correct the path of the spec's URL: it ends where `/Users` follows, often in `/scim/v2`.";
  if (status === 502 || status === 503 || status === 504)
    return "A proxy answers in the server's place: start the SCIM server behind it, or correct where the proxy forwards to.";
  return "Check the base URL and the server's log.";
}

/** The finding on a request that must be refused. A server may answer 429 after many of them, which lets nobody in either. */
export function refusedAs(answer: ProbeAnswer, what: string) {
  demand(
    answer.status !== 200,
    `${what} was let in (200).`,
    "Close the server at once: anyone can read and change its people. Demand the exact token on every SCIM route, compared in constant time.",
  );
  if (answer.status === 429)
    return pass(`${what} is refused with 429: the server has seen many bad credentials lately.`);
  demandError(answer, 401);
  return pass(`${what} is refused with 401 and a SCIM error.`);
}

interface Authorization {
  readonly scheme: string;
  readonly credential: string;
}

function splitAuthorization(authorization: string): Authorization {
  const space = authorization.indexOf(" ");
  if (space < 0) return { scheme: "", credential: authorization };
  return { scheme: authorization.slice(0, space), credential: authorization.slice(space + 1) };
}

/** The app's `Authorization` value with another credential: for Basic the password is changed, which is inside the base64. */
function changeCredential({ app }: AppSession, change: (credential: string) => string): string {
  const { scheme, credential } = splitAuthorization(app.server.authorization);
  if (scheme.toLowerCase() !== "basic") return `${scheme} ${change(credential)}`.trim();
  const [user = "", ...password] = Buffer.from(credential, "base64").toString("utf8").split(":");
  return `${scheme} ${Buffer.from(`${user}:${change(password.join(":"))}`).toString("base64")}`;
}

/** Another value of the same length, also for a palindrome. */
function reverse(credential: string): string {
  const reversed = [...credential].reverse().join("");
  return reversed === credential ? `${credential.slice(1)}-` : reversed;
}

function swapCase(credential: string): string {
  return [...credential]
    .map((letter) => (letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase()))
    .join("");
}
