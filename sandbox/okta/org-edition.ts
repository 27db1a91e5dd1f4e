import { z } from "zod";
import type { OrgStore } from "./store/org-store.ts";

/**
 * How orgs of Okta differ in what they answer. The recordings are of several: the defaults are those of the ones that
 * test/fixtures/okta-recordings has.
 */
export const orgEdition = z.strictObject({
  engine: z
    .enum(["identity", "classic"])
    .default("identity")
    .describe("Identity Engine, or Classic Engine: apps of the latter have no access policies."),
  features: z
    .array(
      z
        .enum(["attributeSources", "identityThreatProtection", "realms", "factorReset"])
        .describe(
          "`attributeSources`: attributes of apps show their `master`. `identityThreatProtection`: apps tell of Universal Logout. `realms`: people have a `realmId`. `factorReset`: everybody has the link `resetFactors`.",
        ),
    )
    .default([]),
});
export type OrgEdition = z.infer<typeof orgEdition>;

const DEFAULTS: OrgEdition = orgEdition.parse({});
const SETTING = "edition";

/** Says what an org is like; kept with it. */
export function saveEdition(store: Pick<OrgStore, "saveSetting">, edition: OrgEdition): void {
  store.saveSetting(SETTING, JSON.stringify(edition));
}

/** What an org is like. */
export function readEdition(store: Pick<OrgStore, "setting">): OrgEdition {
  const saved = store.setting(SETTING);
  return saved === undefined ? DEFAULTS : JSON.parse(saved);
}

/** Whether an org has a feature. */
export function hasFeature(
  store: Pick<OrgStore, "setting">,
  feature: OrgEdition["features"][number],
): boolean {
  return readEdition(store).features.includes(feature);
}

/** The realm that everybody is in, of an org that has realms: others cannot be made here. */
export function defaultRealmId(store: Pick<OrgStore, "orgId">): string {
  return `guo${store.orgId.slice(3)}`;
}
