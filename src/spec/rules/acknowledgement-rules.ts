import { issueIn, type LoadedSpec } from "../loaded-spec.ts";
import type { SpecIssue } from "../spec-issue.ts";

/** Kinds of which an update may do more or less. */
const countedKinds: readonly string[] = [
  "people-deactivated",
  "assignments-removed",
  "push-groups-removed",
  "target-groups-deleted",
];

/**
 * Acknowledgements say exactly what they allow.
 * @param today the current day, YYYY-MM-DD
 */
export function checkAcknowledgements(loaded: LoadedSpec, today: string): SpecIssue[] {
  return loaded.spec.acknowledgements.flatMap(({ kind, group, atMost, until }, index) => {
    const here = ["acknowledgements", index];
    const issues: SpecIssue[] = [];
    if (kind === "pushed-and-assigned") {
      if (group === undefined) {
        issues.push(issueIn(loaded, "SC1312", here, "This acknowledgement needs `group`.", { value: kind }));
      }
      if (atMost !== undefined) {
        issues.push(issueIn(loaded, "SC1312", [...here, "atMost"], "This kind has no number."));
      }
      return issues;
    }
    if (group !== undefined) {
      issues.push(issueIn(loaded, "SC1312", [...here, "group"], "Only `pushed-and-assigned` names a group."));
    }
    if (atMost === undefined && countedKinds.includes(kind)) {
      issues.push(
        issueIn(loaded, "SC1312", here, "This acknowledgement needs `atMost`: how many it allows.", {
          value: kind,
        }),
      );
    }
    if (until === undefined) {
      issues.push(
        issueIn(
          loaded,
          "SC1312",
          here,
          "This acknowledgement needs `until`: the last day on which it is valid.",
          { value: kind },
        ),
      );
    } else if (until < today) {
      issues.push(
        issueIn(
          loaded,
          "SC1312",
          [...here, "until"],
          "This acknowledgement has ended; it allows nothing any more.",
          { severity: "warning" },
        ),
      );
    }
    return issues;
  });
}
