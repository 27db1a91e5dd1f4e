import type { AppSession } from "../app-session.ts";
import { type Check, CheckFailure, demand, pass } from "../check.ts";
import { describeRead } from "../exchange.ts";

export const connectionChecks: readonly Check[] = [
  {
    id: "okta.connection.status",
    question: "Is the app's provisioning connection switched on?",
    needs: ["okta.app.status"],
    run: verifyStatus,
  },
  {
    id: "okta.connection.base-url",
    question: "Does the connection lead to this app's SCIM server?",
    needs: ["okta.connection.status"],
    inapplicable: ({ connection }) =>
      connection.management === "manual"
        ? "The connection is entered in Okta's console, whose values no API tells."
        : undefined,
    run: verifyBaseUrl,
  },
];

const unknownRemedy =
  "Okta's API does not serve the connection of this catalog app. Write `connection: { management: manual }` into the spec, enter the connection in Okta's console (Provisioning > Integration) with the values that the update prints, then set `configured: true`.";

async function verifyStatus({ app, reads }: AppSession) {
  const connection = await reads.connection();
  const status = connection?.status ?? "none";
  const exchange = describeRead(`GET /api/v1/apps/${app.appId}/connections/default`, connection ?? "404");
  if (app.connection.management === "manual" && status !== "ENABLED") {
    const configured = app.connection.configured
      ? "configured by an administrator"
      : "waiting for an administrator";
    return {
      outcome: "skipped" as const,
      evidence: `The connection is manual (${configured}), and Okta's API says ${status} of it; loop.reached tells whether it works.`,
      exchange,
      facts: { connection: app.connection.configured ? "configured" : "waiting" },
    };
  }
  demand(
    status !== "UNKNOWN",
    "Okta says UNKNOWN of the connection: nothing was set by the update.",
    unknownRemedy,
    exchange,
  );
  if (status !== "ENABLED") {
    throw new CheckFailure(
      `The connection is ${status}.`,
      status === "none"
        ? "Update again: the connection is declared and missing."
        : "Update again to activate it. Where it does not stay on, Okta's test of the credentials fails: see server.auth.accepted.",
      { exchange },
    );
  }
  return pass("The connection is ENABLED.", { exchange, facts: { connection: status } });
}

async function verifyBaseUrl({ app, reads }: AppSession) {
  const connection = await reads.connection();
  const actual = connection?.baseUrl ?? "";
  const exchange = describeRead(`GET /api/v1/apps/${app.appId}/connections/default`, { baseUrl: actual });
  const isSame = actual.replace(/\/+$/, "") === app.server.baseUrl.replace(/\/+$/, "");
  demand(
    isSame,
    actual === ""
      ? "Okta tells no base URL."
      : `The connection leads to ${actual}, not to ${app.server.baseUrl}.`,
    "Somebody changed it in Okta, or the spec's URL changed and was not applied: update again.",
    exchange,
  );
  return pass(`The connection leads to ${actual}.`, { exchange });
}
