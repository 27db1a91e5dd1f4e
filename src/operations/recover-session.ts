import type { PendingCreation, Recovery } from "../engine/recovery.ts";
import type { OktaClient } from "../okta/okta-client.ts";
import { findRuntimeObject } from "../services/server-container.ts";
import { openSessionOrg } from "./okta-access.ts";
import type { StackSession } from "./stack-session.ts";

/** How far the org's clock and this machine's may be apart, in milliseconds. */
const clockSkew = 10 * 60_000;

/**
 * Puts right what a killed engine left behind: its lock, and what it had begun to create. What a second creation would
 * make twice is looked for in Okta first.
 * @throws EngineError ENGINE_STACK_LOCKED when an update is still running
 */
export function recoverSession(session: StackSession): Promise<Recovery> {
  return session.opened.recover(async (creation) => {
    if (creation.type.startsWith("okta:")) return findCreated(creation, await openSessionOrg(session));
    const kind = dockerKinds[creation.type];
    const name = creation.inputs["name"];
    // A Docker host elsewhere is the official plugin's business: it answers a name that is taken by an error.
    const isHere = session.settings.org === "sandbox";
    return kind !== undefined && isHere && typeof name === "string"
      ? findRuntimeObject(session.projectDir, kind, name)
      : undefined;
  });
}

const dockerKinds: Readonly<Record<string, "container" | "network">> = {
  "docker:index/container:Container": "container",
  "docker:index/network:Network": "network",
};

/**
 * Looks for the resource that a creation made in Okta before anybody could record it. All other creations than these
 * can simply be done again.
 *
 * An application counts only when it is not older than the creation: another one of the same label is somebody else's.
 * @returns the id to import, or undefined to create it again
 */
export async function findCreated(creation: PendingCreation, okta: OktaClient): Promise<string | undefined> {
  const text = (name: string) => {
    const value = creation.inputs[name];
    return typeof value === "string" ? value : undefined;
  };
  switch (creation.type) {
    case "okta:app/autoLogin:AutoLogin":
    case "okta:app/saml:Saml":
    case "okta:app/swa:Swa":
      return findApp(okta, text("label"), creation.since);
    case "okta:index/pushGroup:PushGroup":
      return findPushMapping(okta, text("appId"), text("sourceGroupId"));
    default:
      return undefined;
  }
}

async function findApp(
  okta: OktaClient,
  label: string | undefined,
  since: Date,
): Promise<string | undefined> {
  if (label === undefined) return undefined;
  for await (const app of okta.apps.list({ query: label })) {
    const created = Date.parse(app.created ?? "");
    if (app.label === label && created >= since.getTime() - clockSkew) return app.id;
  }
  return undefined;
}

async function findPushMapping(
  okta: OktaClient,
  appId: string | undefined,
  sourceGroupId: string | undefined,
): Promise<string | undefined> {
  if (appId === undefined || sourceGroupId === undefined) return undefined;
  for await (const mapping of okta.groupPush.list(appId, { sourceGroupId })) {
    if (mapping.sourceGroupId === sourceGroupId) return mapping.id;
  }
  return undefined;
}
