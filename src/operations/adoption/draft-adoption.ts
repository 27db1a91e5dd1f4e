import type { AdoptionNote } from "./adoption-note.ts";
import { describeApp } from "./describe-app.ts";
import { describeAttributes } from "./describe-attributes.ts";
import { type ConnectionHints, describeConnection } from "./describe-connection.ts";
import { describePeople } from "./describe-people.ts";
import type { OrgApp } from "./read-org-app.ts";
import { given, type Written } from "./written-values.ts";

/** A spec that says what Okta has, and what a person has to know beside it. */
export interface AdoptionDraft {
  readonly spec: Written;
  /** Which objects the first update takes over. */
  readonly adopt: Written;
  readonly notes: readonly AdoptionNote[];
}

/**
 * Writes an application of the org down as a spec. What a spec can't say exactly is left out, left alone in Okta, and told.
 * @throws AdoptionError ADOPT_SIGN_ON_UNSUPPORTED
 */
export function draftAdoption(org: OrgApp, hints: ConnectionHints): AdoptionDraft {
  const { app, catalogName, notes } = describeApp(org);
  const connection = describeConnection(org, catalogName, hints);
  const attributes = describeAttributes(org, connection.provisions);
  const people = describePeople(org, attributes.adopted);
  const provisioning = {
    ...connection.provisioning,
    ...(attributes.keepsUnlisted ? { unlistedMappings: "keep" } : {}),
  };
  const adopt: Written = {
    app: org.app.id,
    ...(connection.adopted ? { connection: true, features: true } : {}),
    ...given("mapping", org.mapping?.id),
    ...list("attributes", attributes.adopted),
    ...(people.pushGroups.length === 0 ? {} : { pushGroups: { ...people.adopted.pushGroups } }),
    ...list("groups", people.adopted.groups),
    ...list("users", people.adopted.users),
  };
  return {
    spec: {
      version: 1,
      app,
      server: { ...connection.server },
      connection: connection.connection,
      ...(Object.keys(provisioning).length === 0 ? {} : { provisioning }),
      attributes: [...attributes.attributes],
      pushGroups: [...people.pushGroups],
      assignments: { groups: [...people.groups], users: [...people.users] },
      ...list("acknowledgements", people.acknowledgements),
      // Whoever runs the product did not expect throw-away people in it.
      ...(connection.server.external !== undefined ? { checks: { readOnly: true } } : {}),
      adopt,
    },
    adopt,
    notes: [...notes, ...connection.notes, ...attributes.notes, ...people.notes],
  };
}

function list(key: string, values: readonly Written[] | readonly string[]): Written {
  return values.length === 0 ? {} : { [key]: [...values] };
}
