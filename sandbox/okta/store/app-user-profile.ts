import { evaluateTemplate } from "../../../src/expression/evaluate-expression.ts";
import { ExpressionError } from "../../../src/expression/expression-error.ts";
import type { PersonLookups } from "../../../src/expression/person-functions.ts";
import type { App, AppUser, EvaluateMapping, Profile, ProfileMapping, User } from "./model.ts";
import { isObject } from "./sql.ts";

/** What an app user's profile is made of, later parts winning over earlier ones. */
export interface ProfileSources {
  readonly user: User;
  readonly mapping: ProfileMapping;
  /** Profiles of the assigned groups that the person belongs to, most important first. */
  readonly groupProfiles: readonly Profile[];
  /** Values that an administrator has set for the person, of attributes that no mapping pushes. */
  readonly overrides: Profile;
  /** Values that are being set right now; a pushing mapping wins over them at the person's next change. */
  readonly given: Profile;
  /** What mappings may ask about the person beyond the profile. */
  readonly lookups: PersonLookups;
}

/** The profile of an account that is being made: every mapping counts, whatever its push status. */
export function composeNewProfile(sources: ProfileSources, evaluateMapping: EvaluateMapping): Profile {
  return layer([
    evaluateMapping(sources.mapping, sources.user, undefined, sources.lookups),
    ...layersOver(sources),
  ]);
}

/** The profile of an existing account: only mappings with push status PUSH are evaluated again. */
export function composeUpdatedProfile(
  sources: ProfileSources,
  existing: AppUser,
  evaluateMapping: EvaluateMapping,
): Profile {
  const evaluated = evaluateMapping(sources.mapping, sources.user, existing, sources.lookups);
  const kept: Profile = {};
  for (const [name, { pushStatus }] of Object.entries(sources.mapping.properties)) {
    kept[name] = (pushStatus === "PUSH" ? evaluated[name] : existing.profile[name]) ?? null;
  }
  return layer([kept, ...layersOver(sources)]);
}

/** Whether a mapping writes an attribute again at every change of the person. */
export function isPushed(mapping: ProfileMapping, name: string): boolean {
  return mapping.properties[name]?.pushStatus === "PUSH";
}

/** Names of the attributes whose values differ. */
export function changedAttributes(before: Profile, after: Profile): string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].filter(
    (name) => JSON.stringify(before[name] ?? null) !== JSON.stringify(after[name] ?? null),
  );
}

/**
 * The user name in the app, by the app's `credentials.userNameTemplate`, built-in or custom. Falls back to the login where the
 * template gives nothing or cannot be evaluated for this person.
 */
export function composeUserName(app: App, user: User): string {
  const template = app.credentials["userNameTemplate"];
  const login = String(user.profile["login"] ?? "");
  if (!isObject(template) || typeof template["template"] !== "string") return login;
  const suffix = typeof template["suffix"] === "string" ? template["suffix"] : "";
  return (fillTemplate(template["template"], user) || login) + suffix;
}

/** Whether a later change of the person renames the account: `userNameTemplate.pushStatus`, PUSH when it is absent. */
export function pushesUserName(app: App): boolean {
  const template = app.credentials["userNameTemplate"];
  return !isObject(template) || template["pushStatus"] !== "DONT_PUSH";
}

function fillTemplate(template: string, { profile, ...internal }: User): string {
  try {
    return evaluateTemplate(template, { user: profile, internal: { ...internal } });
  } catch (error) {
    if (error instanceof ExpressionError) return "";
    throw error;
  }
}

function layersOver(sources: ProfileSources): Profile[] {
  return [...sources.groupProfiles.toReversed(), sources.overrides, sources.given];
}

/** Later layers win; an attribute without a value is left out. */
function layer(layers: readonly Profile[]): Profile {
  const merged: Profile = Object.assign({}, ...layers);
  return Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== null));
}
