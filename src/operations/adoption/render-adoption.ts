import { Document, isMap, isSeq, visit } from "yaml";
import type { JsonValue } from "../../spec/json-value.ts";
import { singleLine } from "../../text/markdown-text.ts";
import type { AdoptionNote } from "./adoption-note.ts";
import type { AdoptionDraft } from "./draft-adoption.ts";

/** Where and when a draft was read, for the file's first lines. */
interface AdoptionSource {
  readonly orgUrl: string;
  readonly appId: string;
  readonly label: string;
  /** YYYY-MM-DD. */
  readonly day: string;
}

/** Columns of a line, where its words allow. */
const lineWidth = 120;

/** What holds of every adopted app, at the place where a reader asks. */
const remarks: Readonly<Record<string, string>> = {
  attributes:
    "What Okta sends. Okta's default attributes (given name, family name, email, department) are not listed where they are as Okta makes them. The update after the takeover applies all of it to everybody: a value that an administrator gave one person in place of it goes.",
  pushGroups:
    "Whether a group of the app goes when its entry is removed (onRemove) can't be read: `keep` is meant. Rules that push groups can't be read either, and stay.",
  assignments: "Who gets the app.",
  checks:
    "With readOnly the checks after an update make no throw-away people and groups at the app's server, and prove less.",
  adopt:
    "Okta's ids of what the first update takes over instead of making it. Remove this when that update is done.",
};

/** The file of an adopted app: valid YAML, each note of the draft as a comment at its section. */
export function renderAdoption(draft: AdoptionDraft, { orgUrl, appId, label, day }: AdoptionSource): string {
  const head = [
    "yaml-language-server: $schema=../app.schema.json",
    `${label} as it was in Okta (${orgUrl}, app ${appId}) on ${day}. docs/tasks.md, "Adopt an app that exists", says how to go on.`,
  ];
  const sections = Object.entries(draft.spec).map(([key, value]) => {
    const notes = draft.notes.filter((note) => note.section === key).map(commentNote);
    const remark = remarks[key];
    return `${remark === undefined ? "" : comment(remark)}${notes.join("")}${write(key, value)}`;
  });
  return `${head.map(comment).join("")}${sections.join("")}`;
}

const headings: Readonly<Record<AdoptionNote["kind"], string>> = {
  lost: "Would be lost",
  do: "To do",
  changes: "Changes later",
  assumed: "Assumed",
  kept: "Left as it is",
};

/** A note with what kind of news it is. */
export function describeNote({ kind, text, command }: AdoptionNote): string {
  return [`${headings[kind]}: ${singleLine(text)}`, ...(command === undefined ? [] : [command])].join(" ");
}

/** A command stands in a line of its own, to be copied. */
function commentNote({ command, ...note }: AdoptionNote): string {
  return `${comment(describeNote(note))}${command === undefined ? "" : `#   ${command}\n`}`;
}

/** A comment, its further lines indented. A line break in one of Okta's names does not end it: what follows would be a key. */
function comment(text: string): string {
  const lines: string[] = [];
  for (const word of singleLine(text).split(" ")) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + word.length < lineWidth)
      lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(line === undefined ? `# ${word}` : `#   ${word}`);
  }
  return `${lines.join("\n")}\n`;
}

/** A key with its value; entries of lists stand in one line where they fit. */
function write(key: string, value: JsonValue): string {
  const document = new Document({ [key]: value });
  visit(document, {
    Map: (_, node, path) => {
      const isEntry = path.some(isSeq) || (path.filter(isMap).length >= 2 && path.length > 3);
      if (isEntry && JSON.stringify(node.toJSON()).length < lineWidth) node.flow = true;
    },
    Seq: (_, node) => {
      const isPlain = node.items.every((item) => !isMap(item));
      if (isPlain && JSON.stringify(node.toJSON()).length < lineWidth) node.flow = true;
    },
  });
  return document.toString({ lineWidth: 0, flowCollectionPadding: true });
}
