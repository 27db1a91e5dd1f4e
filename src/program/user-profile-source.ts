import * as okta from "@pulumi/okta";
import * as pulumi from "@pulumi/pulumi";

/**
 * The id of Okta's user profile, the source of every mapping to an app. An org without any app has no mapping to find it by; then it is
 * asked once the app exists, and no preview knows it: neither that of the first app, nor one in which the only app was deleted by hand.
 */
export async function createProfileSourceFinder(
  provider: okta.Provider,
): Promise<(app: pulumi.Resource) => pulumi.Input<string>> {
  try {
    const { id } = await okta.user.getUserProfileMappingSource({ provider });
    return () => id;
  } catch {
    if (pulumi.runtime.isDryRun()) return () => pulumi.output(pulumi.unknown).apply(() => "");
    return (app) => okta.user.getUserProfileMappingSourceOutput({ provider, dependsOn: [app] }).id;
  }
}
