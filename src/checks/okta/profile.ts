import type { AppSession } from "../app-session.ts";
import { type Check, CheckFailure, fail, pass } from "../check.ts";
import { describeRead } from "../exchange.ts";

export const profileChecks: readonly Check[] = [
  {
    id: "okta.schema",
    question: "Does the app's user schema have the properties that the spec adds?",
    needs: ["okta.app.status"],
    inapplicable: ({ schemaProperties }) =>
      schemaProperties.length === 0 ? "The spec adds no properties." : undefined,
    run: compareSchema,
  },
  {
    id: "okta.mapping.expressions",
    question: "Are the app's attributes filled by the expressions that the spec gives?",
    needs: ["okta.app.status"],
    inapplicable: ({ mapping }) => (mapping.length === 0 ? "The spec declares no mapping." : undefined),
    run: compareExpressions,
  },
  {
    id: "okta.mapping.push",
    question: "Do changes of people's profiles flow on where the spec says so?",
    needs: ["okta.app.status"],
    inapplicable: ({ mapping }) => (mapping.length === 0 ? "The spec declares no mapping." : undefined),
    run: comparePushStatus,
  },
];

async function compareSchema({ app, reads }: AppSession) {
  const properties = await reads.schemaProperties();
  const differences = new Map<string, string>();
  for (const expected of app.schemaProperties) {
    const actual = properties.get(expected.name);
    if (actual === undefined) differences.set(expected.name, `${expected.name} is missing`);
    else if (actual.type !== expected.type) {
      differences.set(
        expected.name,
        `${expected.name} is of type ${actual.type}, the spec says ${expected.type}`,
      );
    } else if (expected.externalName !== undefined && actual.externalName !== expected.externalName) {
      differences.set(
        expected.name,
        `${expected.name} is sent as ${actual.externalName ?? "nothing"}, the spec says ${expected.externalName}`,
      );
    } else if (
      expected.externalNamespace !== undefined &&
      actual.externalNamespace !== expected.externalNamespace
    ) {
      differences.set(
        expected.name,
        `${expected.name} is sent in ${actual.externalNamespace ?? "no schema"}, the spec says ${expected.externalNamespace}`,
      );
    }
  }
  const expected = app.schemaProperties.length;
  const facts = { schema: { actual: expected - differences.size, expected } };
  const exchange = describeRead(
    `GET /api/v1/meta/schemas/apps/${app.appId}/default`,
    app.schemaProperties.map(({ name }) => properties.get(name) ?? `no ${name}`),
  );
  if (differences.size > 0) {
    return fail(
      "The app's user schema differs from the spec.",
      "Update again; a property whose external name changed must be deleted first, since Okta does not change it.",
      { details: [...differences.values()], exchange, facts },
    );
  }
  return pass(`All ${expected} added properties are there.`, { exchange, facts });
}

async function readMapping({ app, reads }: AppSession) {
  const mapping = await reads.mapping();
  if (mapping === undefined) {
    throw new CheckFailure(
      `Okta has no mapping from its users to the app ${app.appId}.`,
      "Okta makes it when provisioning is enabled: see okta.connection.status, then update again.",
      { exchange: describeRead(`GET /api/v1/mappings?targetId=${app.appId}`, []) },
    );
  }
  return { mapping, exchange: describeRead(`GET /api/v1/mappings/${mapping.id}`, mapping.properties) };
}

async function compareExpressions(session: AppSession) {
  const { mapping, exchange } = await readMapping(session);
  const differences = session.app.mapping.flatMap(({ property, expression }) => {
    const actual = mapping.properties?.[property]?.expression;
    if (actual === undefined) return [`${property} is not mapped`];
    return actual === expression ? [] : [`${property} is ${actual}, the spec says ${expression}`];
  });
  const expected = session.app.mapping.length;
  const facts = { mappings: { actual: expected - differences.length, expected } };
  if (differences.length > 0) {
    return fail(
      "The mapping to the app differs from the spec.",
      "Somebody changed it in Okta's Profile Editor: update again.",
      { details: differences, exchange, facts },
    );
  }
  return pass(`All ${expected} attributes are mapped as the spec says.`, { exchange, facts });
}

async function comparePushStatus(session: AppSession) {
  const { mapping, exchange } = await readMapping(session);
  const differences = session.app.mapping.flatMap(({ property, pushStatus }) => {
    const entry = mapping.properties?.[property];
    // What is not mapped at all is told by okta.mapping.expressions.
    if (entry === undefined) return [];
    const actual = entry.pushStatus ?? "DONT_PUSH";
    return actual === pushStatus ? [] : [`${property} is ${actual}, the spec says ${pushStatus}`];
  });
  if (differences.length > 0) {
    return fail(
      "Changes of profiles do not flow as the spec says.",
      "Update again. With DONT_PUSH a value is only sent when a person is created, never when it changes.",
      { details: differences, exchange },
    );
  }
  return pass("Changes of profiles flow as the spec says.", { exchange });
}
