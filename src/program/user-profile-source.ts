import * as okta from "@pulumi/okta";
import type * as pulumi from "@pulumi/pulumi";

/**
 * The id of Okta's user profile, the source of every mapping to an app. An org without any app has no mapping to find it by; then it is
 * asked once the app exists, and a preview of the first app does not know it yet.
 */
export async function createProfileSourceFinder(
  provider: okta.Provider,
): Promise<(app: pulumi.Resource) => pulumi.Input<string>> {
  try {
    const { id } = await okta.user.getUserProfileMappingSource({ provider });
    return () => id;
  } catch {
    return (app) => okta.user.getUserProfileMappingSourceOutput({ provider, dependsOn: [app] }).id;
  }
}
