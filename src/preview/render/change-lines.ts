import { cutText, singleLine } from "../../text/markdown-text.ts";
import type { ReportedChange, TakenOverPart } from "../changes/resource-change.ts";

/** `+ ~ ! -` in column 0, so that a ```diff block colours the line. `!` is a replacement. */
export type ChangeSign = "+" | "~" | "!" | "-";

const signs: Readonly<Record<ReportedChange["action"], ChangeSign>> = {
  add: "+",
  change: "~",
  replace: "!",
  remove: "-",
};
const longestValue = 120;

/** One change as lines: a headline in Okta's words, then `old -> new` for each setting. */
export function changeLines(change: ReportedChange): { sign: ChangeSign; text: string }[] {
  const sign = signs[change.action];
  const why =
    change.replacedBecause.length > 0
      ? `, replaced because ${change.replacedBecause.join(", ")} can't change in place`
      : "";
  const fields = change.fields.map((field) => {
    if (field.secret) return `${field.label}: ${change.action === "add" ? "(secret)" : "changed (secret)"}`;
    if (change.action === "add") return `${field.label}: ${short(field.after)}`;
    return `${field.label}: ${short(field.before)} -> ${short(field.after)}`;
  });
  return [
    { sign, text: `${change.kind}: ${singleLine(change.title)}${why}` },
    ...fields.map((text) => ({ sign, text: `    ${singleLine(text)}` })),
  ];
}

/** What an update takes over, in one line: single parts by their kind, several by their number. Empty for nothing. */
export function takenOverLine(parts: readonly TakenOverPart[] | undefined): string {
  const counts = new Map<string, number>();
  for (const { kind } of parts ?? []) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  const words = [...counts].map(([kind, count]) => (count === 1 ? kind : `${count} ${kind}s`));
  return words.length === 0 ? "" : `taken over as in Okta, unchanged: ${words.join(", ")}`;
}

function short(value: string): string {
  return value.length > longestValue ? `${cutText(value, longestValue)}…` : value;
}

/** How many changes of one kind, for the cell of a table; empty for none. */
export function countChanges(changes: readonly ReportedChange[], action: ReportedChange["action"]): string {
  const number = changes.filter((change) => change.action === action).length;
  return number === 0 ? "" : String(number);
}
