import type { PreviewReport } from "../preview/report.ts";
import { readOutputs } from "./stack-outputs.ts";
import type { StackSession } from "./stack-session.ts";

/** An update of one application would change what another one needs. */
export class OtherAppsError extends Error {
  readonly code = "OTHER_APPS_TOUCHED";
  readonly remedy = "Update the whole stack, without --app.";

  constructor(app: string, others: readonly string[]) {
    super(
      `Nothing was changed: an update of ${app} alone would change the SCIM server for ${others.join(", ")}, too, and not Okta.`,
    );
    this.name = "OtherAppsError";
  }
}

/** Names by which the engine can't tell one application's resources from another's. */
export class LikeNamedAppsError extends Error {
  readonly code = "APPS_NAMED_ALIKE";
  readonly remedy = "Update the whole stack, without --app.";

  constructor(app: string, other: string) {
    super(
      `Nothing was changed: by its name, what belongs to application ${app} can't be told from what belongs to ${other}.`,
    );
    this.name = "LikeNamedAppsError";
  }
}

/** The parts of an application's resource names after its own; a star stands for what a spec names. */
const parts = ["", "-connection", "-features", "-mapping", "-attribute-*", "-group-*", "-user-*", "-push-*"];

/** The applications of a stack, seen from one of them. */
export interface NamedApps {
  readonly stack: string;
  readonly project: string;
  /** The one's names, former ones among them. */
  readonly own: readonly string[];
  readonly others: readonly string[];
}

/**
 * How the engine leaves every other application of the stack alone: those of the specs, and those that the last update knew. It is not told to
 * update one application, since that would leave out what this one needs, and what is to be made in it; nor to leave out what depends on the
 * others, since it would then delete nothing at all.
 * @throws LikeNamedAppsError where that would leave out what is this application's own
 */
export async function leaveOthersAlone(session: StackSession): Promise<readonly string[]> {
  const { app, plan, opened, stack } = session;
  if (app === undefined) return [];
  const own = [app, ...(plan.apps.find(({ name }) => name === app)?.previousNames ?? [])];
  const deployed = Object.keys(readOutputs(await opened.outputs()).apps);
  const all = new Set([...plan.apps.map(({ name }) => name), ...deployed]);
  const others = [...all].filter((name) => !own.includes(name));
  return patternsOfOthers({ stack, project: opened.place.project, own, others });
}

/**
 * What the engine is told to leave out, as patterns of URNs.
 * @throws LikeNamedAppsError where a pattern would fit a resource of the application itself
 */
export function patternsOfOthers({ stack, project, own, others }: NamedApps): readonly string[] {
  for (const name of others) {
    const alike = own.find((one) => isPartOf(one, name) || isPartOf(name, one));
    if (alike !== undefined) throw new LikeNamedAppsError(alike, name);
  }
  const component = `urn:pulumi:${stack}::${project}::okta-scim:index:ScimApp`;
  // Patterns may name what does not exist yet, which the engine refuses of a plain URN.
  return others.flatMap((name) => [
    `${component}*::${name}`,
    ...parts.map((part) => `${component}$**::${name}${part}`),
  ]);
}

/** Whether a name reads as one of the resources of an application. */
function isPartOf(name: string, app: string): boolean {
  return parts
    .map((part) => `${app}${part}`)
    .some((known) =>
      known.endsWith("*") ? name.startsWith(known.slice(0, -1)) : name === known && name !== app,
    );
}

/**
 * The list of applications and tokens is one for the whole SCIM server: another application's rotated token or deleted file comes with it.
 * @throws OtherAppsError where the update takes from another application what Okta goes on using
 */
export function stopAtOtherApps({ app, plan }: StackSession, preview: PreviewReport): void {
  if (app === undefined) return;
  const own = plan.apps.find(({ name }) => name === app)?.server.tenant ?? app;
  const losing = preview.shared.flatMap(({ fields }) =>
    fields.flatMap((field) => {
      const tenant = /^Tenant (?<name>[^,.]+)/.exec(field.label)?.groups?.["name"];
      const isNew = !field.secret && field.before === "(none)";
      return tenant === undefined || tenant === own || isNew ? [] : [tenant];
    }),
  );
  if (losing.length > 0) throw new OtherAppsError(app, [...new Set(losing)]);
}
