import type { IssueCode } from "./issue-table.ts";
import type { AppSpec } from "./schema/spec-schema.ts";
import {
  findNode,
  keyPositionAt,
  positionAt,
  type SourceNode,
  type SourcePosition,
  type SpecPath,
} from "./source-node.ts";
import { type IssueDetails, issueAt, type SpecIssue } from "./spec-issue.ts";

/** A valid spec with its name and where each of its values was written. */
export interface LoadedSpec {
  /** The file's name without `.yaml`. */
  readonly name: string;
  readonly stack: string;
  /** Relative to the project, with forward slashes. */
  readonly file: string;
  readonly root: SourceNode;
  readonly spec: AppSpec;
}

/** Where a value of a spec was written, in whichever file it comes from. */
export function positionIn(loaded: LoadedSpec, path: SpecPath): SourcePosition {
  return positionAt(loaded.root, path);
}

/** An issue at a value of a spec, showing the value where it is a scalar. */
export function issueIn(
  loaded: LoadedSpec,
  code: IssueCode,
  path: SpecPath,
  message: string,
  details: Omit<IssueDetails, "path"> = {},
): SpecIssue {
  const node = findNode(loaded.root, path);
  const value = node?.kind === "scalar" ? node.value : undefined;
  const at = node?.kind === "mapping" ? keyPositionAt(loaded.root, path) : positionAt(loaded.root, path);
  return issueAt(code, at, message, { path, ...(value === undefined ? {} : { value }), ...details });
}
