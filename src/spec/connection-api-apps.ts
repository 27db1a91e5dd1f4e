/**
 * The catalog apps whose provisioning connection Okta's API sets, by the kind of credential, as Okta's OpenAPI description
 * (okta-management-openapi-spec 2026.06.3, "Application Connections") lists them. On any other app Okta answers 200 with the status
 * UNKNOWN, and nothing is set. `connection.management: auto` follows this list.
 */
export const connectionApiApps: Readonly<Record<"TOKEN" | "OAUTH2", readonly string[]>> = {
  TOKEN: ["okta_org2org", "zscalerbyz"],
  OAUTH2: ["google", "office365", "okta_org2org", "slack", "zoomus"],
};

/** The authentication schemes of a spec and the scheme of Okta's connection API that carries them; `basic` has none. */
const connectionSchemes: Readonly<
  Record<"header" | "bearer" | "basic" | "oauth2", "TOKEN" | "OAUTH2" | undefined>
> = {
  header: "TOKEN",
  bearer: "TOKEN",
  basic: undefined,
  oauth2: "OAUTH2",
};

/** Whether Okta documents that its API sets this app's connection. */
export function isServedByConnectionApi(
  catalogName: string | undefined,
  authentication: keyof typeof connectionSchemes,
): boolean {
  const scheme = connectionSchemes[authentication];
  return catalogName !== undefined && scheme !== undefined && connectionApiApps[scheme].includes(catalogName);
}
