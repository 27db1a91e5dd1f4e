import type { AppSession } from "../app-session.ts";
import { type Check, CheckFailure, demand, pass } from "../check.ts";
import { describeRead } from "../exchange.ts";

export const appChecks: readonly Check[] = [
  {
    id: "okta.app.status",
    question: "Does the app exist in Okta, with the status that the spec says?",
    run: verifyStatus,
  },
  {
    id: "okta.app.sign-on",
    question: "Does the app sign people on as the spec says?",
    needs: ["okta.app.status"],
    run: verifySignOn,
  },
];

async function verifyStatus({ app, reads }: AppSession) {
  const found = await reads.app();
  if (found === undefined) {
    throw new CheckFailure(
      `The app ${app.appId} does not exist in Okta.`,
      "Somebody deleted it in Okta: run `pulumi refresh` and update again to make a new one.",
      { exchange: describeRead(`GET /api/v1/apps/${app.appId}`, "404") },
    );
  }
  const exchange = describeRead(`GET /api/v1/apps/${app.appId}`, {
    label: found.label,
    status: found.status,
    signOnMode: found.signOnMode,
  });
  if (found.status !== app.expectedStatus) {
    throw new CheckFailure(
      `The app ${found.label} is ${found.status}, the spec says ${app.expectedStatus}.`,
      app.expectedStatus === "ACTIVE"
        ? "Activate the app in Okta, or update again: an inactive app provisions nobody."
        : "Somebody activated the app in Okta: update again.",
      { exchange },
    );
  }
  return pass(`The app ${found.label} is ${found.status}.`, { exchange, facts: { status: found.status } });
}

/** Modes that Okta makes of others by itself: a catalog app that signs on by itself may come back as one of the browser plugin. */
const equivalentModes: Readonly<Record<string, readonly string[]>> = {
  AUTO_LOGIN: ["AUTO_LOGIN", "BROWSER_PLUGIN", "SECURE_PASSWORD_STORE"],
};

async function verifySignOn({ app, reads }: AppSession) {
  const mode = (await reads.app())?.signOnMode ?? "none";
  const exchange = describeRead(`GET /api/v1/apps/${app.appId}`, { signOnMode: mode });
  const accepted = equivalentModes[app.signOnMode] ?? [app.signOnMode];
  demand(
    accepted.includes(mode),
    `The app's sign-on mode is ${mode}, the spec says ${app.signOnMode}.`,
    "Update again; where Okta keeps its own mode for this catalog app, write that one into the spec.",
    exchange,
  );
  return pass(`The sign-on mode is ${mode}.`, { exchange });
}
