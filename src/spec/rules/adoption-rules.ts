import { findBaseAttribute } from "../base-attributes.ts";
import { issueIn, type LoadedSpec } from "../loaded-spec.ts";
import { findNearestWord } from "../nearest-word.ts";
import type { SpecPath } from "../source-node.ts";
import type { SpecIssue } from "../spec-issue.ts";

/** What is adopted is declared by the spec, in a way that the plugin reads back. */
export function checkAdoption(loaded: LoadedSpec): SpecIssue[] {
  const { adopt, attributes, pushGroups, assignments } = loaded.spec;
  if (adopt === undefined) return [];
  const custom = attributes.map(({ name }) => name).filter((name) => findBaseAttribute(name) === undefined);
  const groups = assignments.groups.map(({ group }) => group);
  const users = assignments.users.map(({ login }) => login);
  const pushed = pushGroups.map(({ group }) => group);
  const check = (path: SpecPath, word: string, declared: readonly string[], what: string) =>
    declared.includes(word)
      ? []
      : [
          issueIn(loaded, "SC1317", path, `The spec has no ${what} ${JSON.stringify(word)}.`, {
            allowed: declared,
            nearest: findNearestWord(word, declared),
          }),
        ];
  return [
    ...adopt.attributes.flatMap((name, index) =>
      check(["adopt", "attributes", index], name, custom, "custom attribute"),
    ),
    ...adopt.groups.flatMap((name, index) =>
      check(["adopt", "groups", index], name, groups, "assigned group"),
    ),
    ...adopt.users.flatMap((name, index) => check(["adopt", "users", index], name, users, "assigned person")),
    ...Object.keys(adopt.pushGroups).flatMap((name) => {
      const path = ["adopt", "pushGroups", name];
      const pushGroup = pushGroups.find(({ group }) => group === name);
      if (pushGroup === undefined) return check(path, name, pushed, "push group");
      if (pushGroup.targetId !== undefined) return [];
      return [
        issueIn(
          loaded,
          "SC1317",
          path,
          `The push group ${JSON.stringify(name)} needs \`targetId\` to be adopted.`,
        ),
      ];
    }),
  ];
}
