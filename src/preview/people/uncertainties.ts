import { asksBeyondProfile } from "../../expression/check-expression.ts";
import { countOf } from "../../text/count-of.ts";
import { isProvisioning, type PushedGroup } from "./access.ts";
import type { ImpactInput } from "./impact.ts";

export interface Uncertainties {
  /** In sentences. */
  readonly uncertainties: readonly string[];
  /** In a few words each: those because of which nobody may call the update safe. */
  readonly openQuestions: readonly string[];
}

/** What makes the figures of a preview less than certain. `added` are the people newly assigned, by id. */
export function findUncertainties(input: ImpactInput, added: readonly string[]): Uncertainties {
  const { accounts, directory } = input;
  const all = [...accounts.values()];
  const inError = all.filter(({ syncState }) => syncState === "ERROR").length;
  const neverProvisioned = all.filter(
    ({ externalId, userId }) => externalId === undefined && directory.people.get(userId)?.status !== "STAGED",
  ).length;
  const suspended = added.filter((id) => directory.people.get(id)?.status === "SUSPENDED").length;
  const unforeseen = unforeseenAttributes(input);
  const pushes = pushDoubts(input);
  const uncertainties = [
    ...count(
      inError,
      "in ERROR today: what the SCIM server holds of them may differ from what Okta believes.",
    ),
    ...count(suspended, "to be assigned while suspended in Okta: they get an account, but cannot sign in."),
    ...count(
      neverProvisioned,
      "assigned today without an account downstream: Okta does not push them by itself.",
    ),
    ...(unforeseen.length === 0
      ? []
      : [
          `${unforeseen.join(", ")}: by an expression about groups, linked people, a directory or the time, or one that is not understood here, which a preview does not look up: what Okta sends may differ.`,
        ]),
    ...(pushes.failed > 0 ? [failedPushes(pushes.failed)] : []),
    ...pushes.sentences,
  ];
  const changesValues = input.mapping !== "unchanged" && unforeseen.length > 0;
  return {
    uncertainties,
    openQuestions: [
      ...(changesValues ? [`the new values of ${unforeseen.join(", ")} can't be foreseen`] : []),
      ...(pushes.contested > 0
        ? ["a group in the application is deleted and pushed by the same update"]
        : []),
      ...(pushes.failed > 0 ? ["the update fails: a push group in ERROR can't be changed"] : []),
    ],
  };
}

/** Attributes whose expressions ask for what a preview does not look up. */
function unforeseenAttributes({ after }: ImpactInput): string[] {
  return after.mapping
    .filter(({ expression }) => asksBeyondProfile(expression))
    .map(({ attribute }) => attribute);
}

function failedPushes(number: number): string {
  return `${number} push ${number === 1 ? "group" : "groups"} in ERROR that the update changes or ends: Okta's API refuses that, and the update fails until somebody pushes again in the console.`;
}

/** Groups at the server whose members Okta does not know. */
function pushDoubts({ before, after, endedPushes = [] }: ImpactInput): {
  readonly failed: number;
  readonly contested: number;
  readonly sentences: string[];
} {
  const say = (number: number, what: string, rest: string): string[] =>
    number === 0 ? [] : [`${number} ${what}${number === 1 ? "group" : "groups"}${rest}`];
  const was = (source: string): PushedGroup | undefined =>
    before.pushGroups.find(({ sourceGroupId }) => sourceGroupId === source);
  const touched = [...after.pushGroups.filter(({ isNew }) => isNew !== undefined), ...endedPushes];
  const failed = touched.filter(({ sourceGroupId }) => was(sourceGroupId)?.stalled === "failed").length;
  const stalled = after.pushGroups.filter((group) => group.stalled !== undefined).length;
  const sent = isProvisioning(after) ? after.pushGroups.filter(({ active }) => active) : [];
  const linked = sent.filter(({ isNew }) => isNew === true).length;
  const linkedTargets = new Set(sent.filter(({ isNew }) => isNew === true).map(({ target }) => target));
  const resumed = sent.filter(
    ({ isNew, sourceGroupId }) => isNew !== true && was(sourceGroupId)?.active !== true,
  ).length;
  const missed = isProvisioning(before) ? 0 : sent.length - linked - resumed;
  const contested = endedPushes.filter(
    ({ target, deletesTarget }) => deletesTarget && linkedTargets.has(target),
  ).length;
  const sentences = [
    ...say(
      contested,
      "",
      " in the application that one push group deletes and a new one takes over: which comes last is not known. Make it two updates.",
    ),
    ...say(
      stalled,
      "push ",
      " that Okta does not send today (in ERROR, or never pushed): changes of members reach the application when somebody pushes again in the console.",
    ),
    ...say(
      linked,
      "new push ",
      ": where the application has a group of that name already, Okta takes it over, and members who don't belong there leave it.",
    ),
    ...say(
      resumed,
      "resumed push ",
      ": who is in it at the application already counts as joining here, and who left the group in Okta meanwhile leaves it there, too.",
    ),
    ...say(
      missed,
      "push ",
      " of an application that was not provisioned until now: who joined or left meanwhile follows with the next change of members.",
    ),
  ];
  return { failed, contested, sentences };
}

function count(number: number, rest: string): string[] {
  return number === 0 ? [] : [`${countOf(number, "person", "people")} ${rest}`];
}
