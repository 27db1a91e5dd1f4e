import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { OktaClient } from "../../okta/okta-client.ts";
import type { JsonValue } from "../../spec/json-value.ts";
import { loadStack } from "../../spec/load-stack.ts";
import { appNamePattern } from "../../spec/schema/spec-schema.ts";
import type { SpecIssue } from "../../spec/spec-issue.ts";
import { AdoptionError } from "./adoption-error.ts";
import type { AdoptionNote } from "./adoption-note.ts";
import { isSayable } from "./describe-connection.ts";
import { draftAdoption } from "./draft-adoption.ts";
import { findApp } from "./find-app.ts";
import { readOrgApp } from "./read-org-app.ts";
import { renderAdoption } from "./render-adoption.ts";

export interface AdoptionRequest {
  readonly projectDir: string;
  readonly stack: string;
  /** The folder of the stack's specs, below stacks/. */
  readonly folder: string;
  /** The app's id or label. */
  readonly app: string;
  /** The file's name without `.yaml`; without it, made from the label. */
  readonly name: string | undefined;
  /** The SCIM base URL, where Okta does not tell it. */
  readonly baseUrl: string | undefined;
  /** Whether Okta provisions to the SCIM server of this project. */
  readonly bundled: boolean;
  /** YYYY-MM-DD. */
  readonly day: string;
}

/** A spec that was written. */
export interface Adoption {
  /** Relative to the project, with forward slashes. */
  readonly file: string;
  readonly name: string;
  readonly app: { readonly id: string; readonly label: string };
  /** The spec's `adopt`. */
  readonly adopts: JsonValue;
  readonly notes: readonly AdoptionNote[];
  /** What `validate` has to say since the file is there. */
  readonly issues: readonly SpecIssue[];
}

/**
 * Reads an app that is in Okta and writes the spec that says what it is, with the ids by which the first update takes it over. Okta is only
 * read, and a file that is there is not touched.
 * @throws AdoptionError, OktaError
 */
export async function adoptApp(client: OktaClient, request: AdoptionRequest): Promise<Adoption> {
  if (request.baseUrl !== undefined && !isSayable(request.baseUrl))
    throw new AdoptionError(
      "ADOPT_ADDRESS_BAD_INPUT",
      `${JSON.stringify(request.baseUrl)} can't be the address of a SCIM server.`,
      "Give an https address without a slash at its end, without a query and without credentials.",
    );
  if (request.name !== undefined) checkName(request.name);
  const found = await findApp(client, request.app);
  const name = request.name ?? nameFrom(found.label, request.stack);
  const { specs, issues: before } = loadStack(request.projectDir, request.folder);
  const known = new Set(before.map(identify));
  refuseKnown(specs, found);
  const file = `stacks/${request.folder}/${name}.yaml`;
  if (specs.some((loaded) => loaded.file === file)) throw refuseToOverwrite(file);

  const draft = draftAdoption(await readOrgApp(client, found), {
    stack: request.stack,
    name,
    baseUrl: request.baseUrl,
    bundled: request.bundled,
    neighbours: specs.flatMap(({ spec }) => spec.server.bundled?.publicUrl ?? []),
  });
  const source = { orgUrl: client.orgUrl, appId: found.id, label: found.label, day: request.day };
  write(request.projectDir, file, renderAdoption(draft, source));
  return {
    file,
    name,
    app: { id: found.id, label: found.label },
    adopts: draft.adopt,
    notes: draft.notes,
    issues: loadStack(request.projectDir, request.folder).issues.filter(
      (issue) => !known.has(identify(issue)),
    ),
  };
}

/** The file may contradict another one, and then it is the other one that is told. */
function identify({ code, file, line, message }: SpecIssue): string {
  return `${code} ${file}:${line} ${message}`;
}

function checkName(name: string): void {
  if (appNamePattern.test(name)) return;
  throw new AdoptionError(
    "ADOPT_NAME_BAD_INPUT",
    `${JSON.stringify(name)} cannot name an application.`,
    "Give --name with lower-case letters, digits and dashes, beginning with a letter, at most 40.",
  );
}

/** `Payroll (EU)` as a file's name: `payroll-eu`; the stack's own name at its end says nothing in the stack's folder. */
function nameFrom(label: string, stack: string): string {
  const words = label
    .normalize("NFKD")
    .replaceAll(/\p{M}/gu, "")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^[^a-z]+|-+$/g, "");
  const short = words.endsWith(`-${stack}`) ? words.slice(0, -stack.length - 1) : words;
  checkName(short.slice(0, 40).replace(/-+$/, ""));
  return short.slice(0, 40).replace(/-+$/, "");
}

/** One app belongs to one spec: its updates would undo each other. */
function refuseKnown(specs: ReturnType<typeof loadStack>["specs"], app: { id: string; label: string }): void {
  const known = specs.find(
    ({ spec }) => spec.adopt?.app === app.id || spec.app.label.toLowerCase() === app.label.toLowerCase(),
  );
  if (known === undefined) return;
  throw new AdoptionError(
    "ADOPT_KNOWN_BAD_INPUT",
    `${known.file} describes the app ${JSON.stringify(app.label)} already; nothing was written.`,
    "Change that file, or delete it first; where two apps have one label, rename one in Okta.",
  );
}

function refuseToOverwrite(file: string): AdoptionError {
  return new AdoptionError(
    "ADOPT_FILE_BAD_INPUT",
    `${file} is there already; nothing was changed.`,
    "Choose another name with --name, or delete the file first.",
  );
}

function write(projectDir: string, file: string, text: string): void {
  const path = join(projectDir, file);
  mkdirSync(dirname(path), { recursive: true });
  try {
    writeFileSync(path, text, { flag: "wx" });
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") throw refuseToOverwrite(file);
    throw error;
  }
}
