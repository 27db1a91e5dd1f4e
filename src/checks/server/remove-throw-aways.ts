import { countOf } from "../../text/count-of.ts";
import type { AppSession } from "../app-session.ts";
import { type Check, CheckFailure, demand, pass, shorten } from "../check.ts";
import type { ThrowAway } from "../throw-aways.ts";
import { demandList } from "./answers.ts";

const pageSize = 100;
/** Where a server can't search for a prefix, so many resources are looked through. */
const scanAtMost = 2_000;

export const leftOverCheck: Check = {
  id: "server.clean-up.left-overs",
  question: "Is nothing left over from checks that were killed?",
  needs: ["server.auth.accepted"],
  writes: true,
  run: removeLeftOvers,
};

/** The check that everything made in this run is gone again; it follows all that make something. */
export function createCleanUpCheck(after: readonly string[]): Check {
  return {
    id: "server.clean-up.removed",
    question: "Is all that the checks made removed again?",
    needs: ["server.auth.accepted"],
    after,
    writes: true,
    run: async (session) => {
      const made = session.throwAways.list();
      const left = await removeThrowAways(session);
      if (left.length > 0) {
        throw new CheckFailure(
          `${countOf(left.length, "throw-away resource", "throw-away resources")} could not be removed.`,
          "Delete them by hand; their names begin with okta-scim-check. The next run tries again.",
          { details: left.map(({ kind, name }) => `${kind} ${name}`) },
        );
      }
      return pass(
        made.length === 0
          ? "Nothing of this run is left."
          : `Removed ${made.map(({ name }) => name).join(", ")}.`,
      );
    },
  };
}

/** Deletes what this run made and has not removed; answers what could not be deleted. */
export async function removeThrowAways({ probe, throwAways }: AppSession): Promise<readonly ThrowAway[]> {
  const left: ThrowAway[] = [];
  for (const throwAway of throwAways.list()) {
    const answer = await probe
      .send({ method: "DELETE", path: `/${throwAway.kind}/${encodeURIComponent(throwAway.id)}` })
      .catch(() => undefined);
    if (answer?.status === 204 || answer?.status === 200 || answer?.status === 404)
      throwAways.forget(throwAway);
    else left.push(throwAway);
  }
  return left;
}

async function removeLeftOvers(session: AppSession) {
  const found = [
    ...(await findLeftOvers(session, "Groups", "displayName")),
    ...(await findLeftOvers(session, "Users", "userName")),
  ];
  for (const leftOver of found) session.throwAways.remember(leftOver);
  if (found.length === 0) return pass("Nothing is left over.");
  const ids = new Set(found.map(({ id }) => id));
  const left = (await removeThrowAways(session)).filter(({ id }) => ids.has(id));
  // They are this check's own business: server.clean-up.removed answers for this run's only.
  for (const leftOver of left) session.throwAways.forget(leftOver);
  demand(
    left.length === 0,
    `${countOf(left.length, "left-over", "left-overs")} of an earlier run could not be removed.`,
    "Delete them by hand: their names begin with okta-scim-check.",
  );
  return pass(
    `Removed ${countOf(found.length, "left-over", "left-overs")} of an earlier run that was killed.`,
    {
      details: shorten(found.map(({ kind, name }) => `${kind} ${name}`)),
    },
  );
}

async function findLeftOvers(
  session: AppSession,
  kind: ThrowAway["kind"],
  attribute: string,
): Promise<ThrowAway[]> {
  const { probe, throwAways } = session;
  const filter = encodeURIComponent(`${attribute} sw "${throwAways.prefix}"`);
  const searched = await probe.send({ path: `/${kind}?filter=${filter}&startIndex=1&count=${pageSize}` });
  const found: ThrowAway[] = [];
  const note = (resources: readonly Readonly<Record<string, unknown>>[]): void => {
    for (const resource of resources) {
      const name = resource[attribute];
      const id = resource["id"];
      if (typeof name === "string" && typeof id === "string" && throwAways.isLeftOver(name, session.now())) {
        found.push({ kind, id, name });
      }
    }
  };
  if (searched.status === 200) {
    note(demandList(searched).Resources ?? []);
    return found;
  }
  if (kind === "Groups" && searched.status === 404) return found;
  for (let startIndex = 1; startIndex < scanAtMost; ) {
    const page = demandList(
      await probe.send({ path: `/${kind}?startIndex=${startIndex}&count=${pageSize}` }),
    );
    const resources = page.Resources ?? [];
    note(resources);
    startIndex += resources.length;
    if (resources.length === 0 || startIndex > page.totalResults) break;
  }
  return found;
}
