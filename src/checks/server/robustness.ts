import type { AppSession } from "../app-session.ts";
import { type Check, CheckFailure, demand, pass, warn } from "../check.ts";
import { demandError, demandList, demandStatus } from "./answers.ts";

const latencySamples = 5;
const pageSize = 2;
const pagesAtMost = 6;
const pagingAttempts = 4;

export const robustnessChecks: readonly Check[] = [
  {
    id: "server.latency",
    question: "Does the server answer fast enough?",
    needs: ["server.auth.accepted"],
    deadline: 70_000,
    run: measureLatency,
  },
  {
    id: "server.errors.unknown-route",
    question: "Is an unknown address answered with a SCIM error?",
    needs: ["server.auth.accepted"],
    run: async ({ probe }) => {
      demandError(await probe.send({ path: "/Nonsense" }), 404);
      return pass("It is answered with 404 and a SCIM error.");
    },
  },
  {
    id: "server.errors.malformed-body",
    question: "Is a body that is no JSON answered with a SCIM error?",
    needs: ["server.auth.accepted"],
    writes: true,
    run: async ({ probe }) => {
      demandError(await probe.send({ method: "POST", path: "/Users", body: '{"schemas":[' }), 400);
      return pass("It is answered with 400 and a SCIM error.");
    },
  },
  {
    id: "server.errors.senseless-filter",
    question: "Is a filter that makes no sense refused, instead of answered with everybody?",
    needs: ["server.auth.accepted"],
    run: refuseSenselessFilter,
  },
  {
    id: "server.errors.content-type",
    question: "Does the server say that it answers in SCIM?",
    needs: ["server.auth.accepted"],
    run: readContentType,
  },
  {
    id: "server.paging.stable",
    question: "Do pages of users neither repeat nor lose anybody?",
    needs: ["server.auth.accepted"],
    after: ["server.user.delete"],
    run: pageTwice,
  },
];

async function measureLatency({ probe, patience }: AppSession) {
  const samples: number[] = [];
  for (let sample = 0; sample < latencySamples; sample += 1) {
    const answer = await probe.send({ path: "/Users?startIndex=1&count=1" });
    demandStatus(answer, 200);
    samples.push(answer.milliseconds);
  }
  const median = [...samples].sort((left, right) => left - right)[Math.floor(latencySamples / 2)] ?? 0;
  const evidence = `The median of ${latencySamples} answers took ${Math.round(median)} ms.`;
  if (median <= patience.fastEnoughMs) return pass(evidence);
  return warn(
    evidence,
    `Aim at under ${patience.fastEnoughMs} ms: look at the server's load, its storage's indexes and the distance to Okta's cell.`,
  );
}

async function refuseSenselessFilter({ probe }: AppSession) {
  const answer = await probe.send({
    path: `/Users?filter=${encodeURIComponent('userName nonsense "x"')}&count=1`,
  });
  demand(
    answer.status !== 200 || demandList(answer).totalResults === 0,
    "A filter that was not understood was answered with everybody.",
    "Refuse it with 400 invalidFilter: a client would take the first user for the one it looks for.",
  );
  demandError(answer, 400);
  return pass("It is refused with 400 and a SCIM error.");
}

async function readContentType({ probe }: AppSession) {
  const answer = await probe.send({ path: "/Users?startIndex=1&count=1" });
  const type = answer.contentType.split(";")[0]?.trim().toLowerCase();
  if (type === "application/scim+json") return pass("Answers are application/scim+json.");
  demand(
    type === "application/json",
    `Answers are ${type === "" ? "of no type" : type}.`,
    "Answer with Content-Type application/scim+json (RFC 7644 section 3.1).",
  );
  return warn(
    "Answers are application/json, which Okta accepts; the RFC says application/scim+json.",
    "Answer with Content-Type application/scim+json (RFC 7644 section 3.1).",
  );
}

/** Reads the first pages twice. People may come and go meanwhile, so a reading only counts when the total stayed the same. */
async function pageTwice(session: AppSession) {
  for (let attempt = 0; attempt < pagingAttempts; attempt += 1) {
    const first = await readPages(session);
    const second = await readPages(session);
    if (first.total === undefined || first.total !== second.total) continue;
    const expected = Math.min(first.total, pageSize * pagesAtMost);
    const remedy =
      "Sort lists by something that does not change (the id, or the time of creation and the id) before cutting pages.";
    demand(
      first.fullest <= pageSize,
      `A page of ${pageSize} holds ${first.fullest} users.`,
      "Answer with at most `count` resources, from `startIndex` on (RFC 7644 section 3.4.2.4).",
    );
    const repeated = first.ids.length - new Set(first.ids).size;
    demand(repeated === 0, `Pages repeat ${repeated} of ${first.ids.length} users.`, remedy);
    demand(
      first.ids.length === expected,
      `The pages hold ${first.ids.length} users where ${expected} are right.`,
      "Fill each page with as many as were asked for, and let totalResults count all.",
    );
    demand(
      first.ids.join() === second.ids.join(),
      "A second reading of the pages has another order.",
      remedy,
    );
    return pass(
      `Two readings of ${first.ids.length} of ${first.total} users in pages of ${pageSize} are the same.`,
    );
  }
  throw new CheckFailure(
    `The number of users changed in each of ${pagingAttempts} readings.`,
    "Run the check again when nothing else writes to the server.",
  );
}

interface Pages {
  readonly ids: readonly string[];
  /** The users of the page that holds the most. */
  readonly fullest: number;
  /** `undefined` where pages tell different totals. */
  readonly total: number | undefined;
}

async function readPages({ probe }: AppSession): Promise<Pages> {
  let fullest = 0;
  const ids: string[] = [];
  const totals = new Set<number>();
  for (let page = 0; page < pagesAtMost; page += 1) {
    const startIndex = page * pageSize + 1;
    const list = demandList(await probe.send({ path: `/Users?startIndex=${startIndex}&count=${pageSize}` }));
    const resources = list.Resources ?? [];
    totals.add(list.totalResults);
    fullest = Math.max(fullest, resources.length);
    ids.push(...resources.map(({ id }) => id));
    // The exchange that is shown is the last one: that of the page which holds too many.
    if (resources.length > pageSize || startIndex + pageSize > list.totalResults) break;
  }
  const [total] = totals;
  return { ids, fullest, total: totals.size === 1 ? total : undefined };
}
