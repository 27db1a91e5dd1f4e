import { countOf } from "../../text/count-of.ts";
import type { AppSession } from "../app-session.ts";
import { type Check, fail, pass, shorten } from "../check.ts";
import type { AppCheckPlan } from "../check-plan.ts";
import { withoutAssignments } from "../okta/assignments.ts";

const bothSides = ["server.auth.accepted", "okta.app.status", "okta.connection.status"];

export const peopleChecks: readonly Check[] = [
  {
    id: "loop.people.present",
    question: "Does everybody whom Okta assigns have an account in the SCIM server?",
    needs: bothSides,
    deadline: "settle",
    inapplicable: (app) =>
      withoutAssignments(app) ??
      (app.provisioning.createUsers ? undefined : "The spec does not let Okta create people."),
    run: findMissing,
  },
  {
    id: "loop.people.values",
    question: "Do the accounts hold the values that Okta has?",
    needs: bothSides,
    deadline: "settle",
    inapplicable: (app) =>
      withoutAssignments(app) ??
      (app.provisioning.updateProfiles ? undefined : "The spec does not let Okta update people."),
    run: findDifferences,
  },
  {
    id: "loop.people.orphans",
    question: "Is nobody active in the SCIM server whom Okta does not assign?",
    needs: bothSides,
    deadline: "settle",
    inapplicable: withoutDeactivation,
    // Besides Okta's people an external server may well have others, such as break-glass accounts.
    advisory: ({ server }) => server.kind === "external",
    run: findOrphans,
  },
];

function withoutDeactivation(app: AppCheckPlan): string | undefined {
  if (!app.connection.configured) return "Assignments are held back until the connection is configured.";
  return app.provisioning.deactivateUsers ? undefined : "The spec does not let Okta deactivate people.";
}

async function findMissing({ people }: AppSession) {
  const { expected, inError, present, lookedAt, sample, missing, neverPushed, exchange } = await people();
  const of = sample === undefined ? "" : `, ${sample}`;
  const facts = {
    people: {
      actual: sample === undefined ? present : expected - missing.length,
      expected: expected + inError,
    },
  };
  if (missing.length + neverPushed.length > 0) {
    return fail(
      `${countOf(missing.length + neverPushed.length, "person has", "people have")} no account (of ${expected}${of}).`,
      neverPushed.length > 0
        ? "Those never pushed were assigned while provisioning was off: unassign and assign them again, or press Provision User on the app's Assignments tab."
        : "Look at okta.people.errors and Dashboard > Tasks in Okta's console; after a lost database, unassign and assign the people again.",
      {
        details: shorten([...missing, ...neverPushed.map((name) => `${name} (never pushed)`)]),
        exchange,
        facts,
      },
    );
  }
  const others = inError === 0 ? "" : `; ${inError} in ERROR are told by okta.people.errors`;
  return pass(`All ${lookedAt} people that were looked at have an account${of}${others}.`, {
    exchange,
    facts,
  });
}

async function findDifferences({ people }: AppSession) {
  const { present, sample, differences, exchange } = await people();
  const of = sample === undefined ? "" : `, ${sample}`;
  if (differences.length > 0) {
    return fail(
      `${countOf(differences.length, "value differs", "values differ")} from Okta's (${present} accounts${of}).`,
      "Somebody changed the accounts in the app, or a push failed: press Force Sync on the app's Provisioning tab, and see okta.mapping.push.",
      { details: shorten(differences), exchange },
    );
  }
  return pass(`The values of ${countOf(present, "account", "accounts")} are Okta's${of}.`, { exchange });
}

async function findOrphans({ people }: AppSession) {
  const { orphans, accounts, accountsLookedAt, exchange } = await people();
  const of =
    accountsLookedAt < accounts
      ? `a sample of ${accountsLookedAt} of ${accounts} accounts`
      : `${accounts} accounts`;
  if (orphans.length > 0) {
    return fail(
      `${countOf(orphans.length, "active account is", "active accounts are")} not Okta's (${of}).`,
      "Deactivate them in the app, or assign the people in Okta: nobody takes these accounts away when the people leave.",
      { details: shorten(orphans), exchange },
    );
  }
  return pass(`No active account is without an assignment (${of}).`, { exchange });
}
