import { z } from "zod";
import type { AppSession } from "../app-session.ts";
import { type Check, CheckFailure, demand, pass } from "../check.ts";
import { pollUntil } from "../poll.ts";
import { demandShape, demandStatus } from "../server/answers.ts";

const evidenceSchema = z.looseObject({
  entries: z.array(
    z.looseObject({
      userAgent: z.string(),
      kind: z.string(),
      count: z.int(),
      lastAt: z.string(),
      lastStatus: z.int(),
    }),
  ),
});
type Evidence = z.infer<typeof evidenceSchema>["entries"][number];

/** How Okta's SCIM client names itself. */
const oktaAgent = /^okta scim/i;

export const evidenceChecks: readonly Check[] = [
  {
    id: "loop.reached",
    question: "Has Okta itself reached the SCIM server with the right credential?",
    needs: ["server.auth.accepted"],
    deadline: "settle",
    inapplicable: ({ server, connection }) =>
      server.evidenceUrl === undefined && connection.configured
        ? "An external SCIM server keeps no evidence for us; loop.people.present proves the same."
        : undefined,
    run: findEvidence,
  },
];

async function findEvidence(session: AppSession) {
  const { connection, server } = session.app;
  const awaitsAdministrator = connection.management === "manual" && !connection.configured;
  if (server.evidenceUrl === undefined) return waitForAdministrator(session);
  if (awaitsAdministrator) {
    const test = (await readEvidence(session)).find(({ kind }) => kind === "connection-test");
    if (test === undefined) return waitForAdministrator(session);
    return {
      outcome: "waiting" as const,
      evidence: `Okta's connection test arrived (${test.userAgent}, ${test.lastAt}, answered ${test.lastStatus}).`,
      remedy:
        "Set `connection: { configured: true }` in the app's spec and update: assignments and push groups follow.",
    };
  }
  const entries = await pollUntil(
    session,
    () => readEvidence(session),
    (found) => found.some(({ lastStatus }) => lastStatus < 400),
  );
  const remedy =
    connection.management === "manual"
      ? "Test the connection in Okta's console (the app's Provisioning > Integration) and save it. The evidence is kept with the server's data: if that was lost, the people are lost too."
      : "Look at okta.connection.status, and whether Okta's addresses reach the server through firewalls.";
  const [first] = entries;
  if (first === undefined) throw new CheckFailure("Okta has never reached the SCIM server.", remedy);
  const good = entries
    .filter(({ lastStatus }) => lastStatus < 400)
    .sort((a, b) => b.lastAt.localeCompare(a.lastAt))[0];
  demand(
    good !== undefined,
    `Okta reached the server, which answered ${first.lastStatus} to ${first.kind}.`,
    remedy,
  );
  const calls = entries.reduce((sum, entry) => sum + entry.count, 0);
  return pass(
    `${good.userAgent} reached the server: ${calls} calls, the last ${good.kind} on ${good.lastAt}.`,
  );
}

function waitForAdministrator({ plan, app }: AppSession) {
  const scheme = { header: "Header", bearer: "Bearer", basic: "Basic", oauth2: "OAuth 2" }[
    app.connection.authentication
  ];
  return {
    outcome: "waiting" as const,
    evidence: "The connection is manual, and Okta's connection test has not arrived yet.",
    remedy: `An administrator enters it in Okta's console: Applications > ${app.label} > Provisioning > Integration, base URL ${app.server.baseUrl}, authentication ${scheme} with the token that the stack's outputs hold, Test Connector Configuration, Save. Then set \`configured: true\`.`,
    details: [`${plan.orgUrl.replace(/\/+$/, "")}/admin/app/instance/${app.appId}`],
  };
}

/** What Okta's client did at this server; other clients are left out. */
async function readEvidence({ app, probe }: AppSession): Promise<readonly Evidence[]> {
  const answer = await probe.send({
    path: app.server.evidenceUrl ?? "",
    headers: { accept: "application/json" },
  });
  demandStatus(
    answer,
    200,
    "The bundled server's evidence needs the tenant's credential: update again, or see its log.",
  );
  const { entries } = demandShape(answer, evidenceSchema, "the server's evidence");
  return entries.filter(({ userAgent }) => oktaAgent.test(userAgent));
}
