import { baseAttributes } from "../base-attributes.ts";
import { issueIn, type LoadedSpec } from "../loaded-spec.ts";
import { findNearestWord } from "../nearest-word.ts";
import { loginTemplate } from "../schema/app-schema.ts";
import type { SpecIssue } from "../spec-issue.ts";

/** Push groups and assignments: nothing twice, and what Okta does with groups used for both. */
export function checkGroups(loaded: LoadedSpec): SpecIssue[] {
  const { pushGroups, assignments } = loaded.spec;
  return [
    ...checkTwice(
      loaded,
      ["pushGroups"],
      "group",
      pushGroups.map(({ group }) => group),
    ),
    ...checkTwice(
      loaded,
      ["pushGroups"],
      "target",
      pushGroups.map(({ group, target }) => target ?? group),
    ),
    ...checkTwice(
      loaded,
      ["assignments", "groups"],
      "group",
      assignments.groups.map(({ group }) => group),
    ),
    ...checkTwice(
      loaded,
      ["assignments", "users"],
      "login",
      assignments.users.map(({ login }) => login),
    ),
    ...checkPriorities(loaded),
    ...checkUserNames(loaded),
    ...checkProfiles(loaded),
    ...checkPushedAndAssigned(loaded),
    ...checkNobodyAssigned(loaded),
  ];
}

function checkTwice(
  loaded: LoadedSpec,
  list: readonly string[],
  key: string,
  words: readonly string[],
): SpecIssue[] {
  const seen = new Set<string>();
  return words.flatMap((word, index) => {
    const same = word.toLowerCase();
    const twice = seen.has(same);
    seen.add(same);
    return twice
      ? [issueIn(loaded, "SC1304", [...list, index, key], `${JSON.stringify(word)} is listed twice.`)]
      : [];
  });
}

function checkPriorities(loaded: LoadedSpec): SpecIssue[] {
  const owners = new Map<number, string>();
  return loaded.spec.assignments.groups.flatMap(({ group, priority }, index) => {
    if (priority === undefined) return [];
    const owner = owners.get(priority);
    owners.set(priority, group);
    if (owner === undefined) return [];
    return [
      issueIn(
        loaded,
        "SC1304",
        ["assignments", "groups", index, "priority"],
        `The group ${JSON.stringify(owner)} has this priority too.`,
      ),
    ];
  });
}

/** Okta makes the user names of group members by the template; an assignment by name has to say it. */
function checkUserNames(loaded: LoadedSpec): SpecIssue[] {
  const { app, assignments } = loaded.spec;
  const { template, type, suffix } = app.userNameTemplate;
  if (type === "BUILT_IN" && template === loginTemplate && suffix === undefined) return [];
  return assignments.users.flatMap(({ login, userName }, index) =>
    userName === undefined
      ? [
          issueIn(
            loaded,
            "SC1313",
            ["assignments", "users", index, "login"],
            `The user name of ${JSON.stringify(login)} in the app is not the Okta login: \`app.userNameTemplate\` makes another.`,
          ),
        ]
      : [],
  );
}

function checkProfiles(loaded: LoadedSpec): SpecIssue[] {
  const { assignments, attributes } = loaded.spec;
  const known = [...attributes.map(({ name }) => name), ...baseAttributes.map(({ name }) => name)];
  return assignments.groups.flatMap(({ profile }, index) =>
    Object.keys(profile ?? {})
      .filter((name) => !known.includes(name))
      .map((name) => {
        const path = ["assignments", "groups", index, "profile", name];
        return issueIn(
          loaded,
          "SC1318",
          path,
          `The app's profile has no attribute ${JSON.stringify(name)}.`,
          {
            allowed: known,
            nearest: findNearestWord(name, known),
          },
        );
      }),
  );
}

function checkPushedAndAssigned(loaded: LoadedSpec): SpecIssue[] {
  const { pushGroups, assignments, acknowledgements } = loaded.spec;
  const assigned = new Set(assignments.groups.map(({ group }) => group.toLowerCase()));
  const accepted = new Set(
    acknowledgements
      .filter(({ kind }) => kind === "pushed-and-assigned")
      .map(({ group }) => group?.toLowerCase()),
  );
  return pushGroups.flatMap(({ group }, index) => {
    const name = group.toLowerCase();
    if (!assigned.has(name) || accepted.has(name)) return [];
    return [
      issueIn(
        loaded,
        "SC1308",
        ["pushGroups", index, "group"],
        `${JSON.stringify(group)} is pushed and also assigns people to the app; Okta does not support that.`,
      ),
    ];
  });
}

function checkNobodyAssigned(loaded: LoadedSpec): SpecIssue[] {
  const { pushGroups, assignments, provisioning, lifecycle } = loaded.spec;
  if (lifecycle === "offboarding" || pushGroups.length === 0) return [];
  if (assignments.groups.length + assignments.users.length === 0) {
    return pushGroups.map((_, index) =>
      issueIn(
        loaded,
        "SC1404",
        ["pushGroups", index, "group"],
        "Nobody is assigned to the app: this group would be pushed without members.",
        {
          severity: "warning",
        },
      ),
    );
  }
  if (!provisioning.createUsers) {
    return [
      issueIn(
        loaded,
        "SC1310",
        ["provisioning", "createUsers"],
        "Groups are pushed with members who exist in the app; without `createUsers` only linked people do.",
        {
          severity: "warning",
        },
      ),
    ];
  }
  return [];
}
