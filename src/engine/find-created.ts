import type { OktaClient } from "../okta/okta-client.ts";
import type { PendingCreation } from "./recovery.ts";

/** How far the org's clock and this machine's may be apart, in milliseconds. */
const clockSkew = 10 * 60_000;

/**
 * Looks for the resource that a creation made before anybody could record it.
 *
 * Only what a second creation would double, or refuse, is looked for; all other creations can simply be done again.
 * An application counts only when it is not older than the creation: another one of the same label is somebody else's.
 * @param openOrg connects to the org; called only when there is something to look for in it
 * @returns the id to import, or undefined to create it again
 */
export async function findCreated(
  creation: PendingCreation,
  openOrg: (() => Promise<OktaClient>) | undefined,
): Promise<string | undefined> {
  const text = (name: string) => {
    const value = creation.inputs[name];
    return typeof value === "string" ? value : undefined;
  };
  switch (creation.type) {
    // Docker takes a name wherever it takes an id; when there is none of that name, reading it finds nothing.
    case "docker:index/container:Container":
    case "docker:index/network:Network":
      return text("name");
    case "okta:app/autoLogin:AutoLogin":
    case "okta:app/saml:Saml":
    case "okta:app/swa:Swa":
      return findApp(await openOrg?.(), text("label"), creation.since);
    case "okta:index/pushGroup:PushGroup":
      return findPushMapping(await openOrg?.(), text("appId"), text("sourceGroupId"));
    default:
      return undefined;
  }
}

async function findApp(
  okta: OktaClient | undefined,
  label: string | undefined,
  since: Date,
): Promise<string | undefined> {
  if (okta === undefined || label === undefined) return undefined;
  for await (const app of okta.apps.list({ query: label })) {
    const created = Date.parse(String(app["created"]));
    if (app.label === label && created >= since.getTime() - clockSkew) return app.id;
  }
  return undefined;
}

/** The id that an import takes: `<app id>/<mapping id>`. */
async function findPushMapping(
  okta: OktaClient | undefined,
  appId: string | undefined,
  sourceGroupId: string | undefined,
): Promise<string | undefined> {
  if (okta === undefined || appId === undefined || sourceGroupId === undefined) return undefined;
  for await (const mapping of okta.groupPush.list(appId, { sourceGroupId })) {
    if (mapping.sourceGroupId === sourceGroupId) return `${appId}/${mapping.id}`;
  }
  return undefined;
}
