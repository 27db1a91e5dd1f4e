import type { AppSession } from "../app-session.ts";
import { type Check, CheckFailure, fail, pass } from "../check.ts";
import type { AppCheckPlan } from "../check-plan.ts";
import { describeRead } from "../exchange.ts";

export const featureChecks: readonly Check[] = [
  {
    id: "okta.features",
    question: "Does Okta create, update and deactivate people in the app as the spec says?",
    needs: ["okta.connection.status"],
    inapplicable: ({ connection }) =>
      connection.management === "manual"
        ? "With a manual connection an administrator sets them in Okta's console."
        : undefined,
    run: compareFeatures,
  },
];

async function compareFeatures({ app, reads }: AppSession) {
  const feature = await reads.userProvisioning();
  if (feature === undefined) {
    throw new CheckFailure(
      "Okta says that provisioning is not enabled for the app.",
      "The connection must be ENABLED first (okta.connection.status); then update again.",
      { exchange: describeRead(`GET /api/v1/apps/${app.appId}/features/USER_PROVISIONING`, "404") },
    );
  }
  const { create, update } = feature.capabilities ?? {};
  const actual = {
    createUsers: isEnabled(create?.lifecycleCreate?.status),
    updateProfiles: isEnabled(update?.profile?.status),
    deactivateUsers: isEnabled(update?.lifecycleDeactivate?.status),
    syncPassword: isEnabled(update?.password?.status),
  };
  const differences = compare(app.provisioning, actual);
  const expected = Object.keys(actual).length;
  const facts = { features: { actual: expected - differences.length, expected } };
  const exchange = describeRead(
    `GET /api/v1/apps/${app.appId}/features/USER_PROVISIONING`,
    feature.capabilities,
  );
  if (differences.length > 0) {
    return fail("Provisioning is not set as the spec says.", "Somebody changed it in Okta: update again.", {
      details: differences,
      exchange,
      facts,
    });
  }
  return pass("Provisioning is set as the spec says.", { exchange, facts });
}

function isEnabled(status: string | null | undefined): boolean {
  return status === "ENABLED";
}

function compare(
  expected: AppCheckPlan["provisioning"],
  actual: AppCheckPlan["provisioning"],
): readonly string[] {
  const differences: string[] = [];
  const note = (name: string, wanted: boolean, is: boolean): void => {
    if (wanted !== is)
      differences.push(`${name} is ${is ? "on" : "off"}, the spec says ${wanted ? "on" : "off"}`);
  };
  note("createUsers", expected.createUsers, actual.createUsers);
  note("updateProfiles", expected.updateProfiles, actual.updateProfiles);
  note("deactivateUsers", expected.deactivateUsers, actual.deactivateUsers);
  note("syncPassword", expected.syncPassword, actual.syncPassword);
  return differences;
}
