import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

/** Files as they were when a build read or wrote them, by path; `modified` in milliseconds since 1970. */
const marksSchema = z.record(z.string(), z.object({ size: z.number(), modified: z.number() }));
type FileMarks = Readonly<z.infer<typeof marksSchema>>;

const recordSchema = z.object({ inputs: marksSchema, outputs: marksSchema });

/** What a build was made of and what it made, so that the next one can tell that there is nothing to do. */
export interface BuildRecord {
  /** The record's own file, which is neither. */
  readonly file: string;
  /** The folder that the build fills. */
  readonly output: string;
}

/** Whether every input and output of the recorded build is as it was. Anything unreadable is a no. */
export function isCurrent({ file, output }: BuildRecord): boolean {
  try {
    const { inputs, outputs } = recordSchema.parse(JSON.parse(readFileSync(file, "utf8")));
    return sameMarks(inputs, markFiles(Object.keys(inputs))) && sameMarks(outputs, markOutputs(output, file));
  } catch {
    return false;
  }
}

/** Takes the record away before a build: one that is interrupted counts as never done. */
export function forgetBuild({ file }: BuildRecord): void {
  rmSync(file, { force: true });
}

/**
 * Records a finished build, unless an input was changed since the build began and it may have seen the old one.
 * @param began milliseconds since 1970
 */
export function recordBuild({ file, output }: BuildRecord, inputs: Iterable<string>, began: number): void {
  const marks = markFiles(inputs);
  if (Object.values(marks).some(({ modified }) => modified >= began)) return;
  writeFileSync(file, JSON.stringify({ inputs: marks, outputs: markOutputs(output, file) }));
}

function markFiles(paths: Iterable<string>): FileMarks {
  return Object.fromEntries(
    Array.from(paths, (path) => {
      const { size, mtimeMs } = statSync(path);
      return [path, { size, modified: mtimeMs }];
    }),
  );
}

function markOutputs(output: string, record: string): FileMarks {
  const files = readdirSync(output, { recursive: true, withFileTypes: true });
  const paths = files.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return markFiles(paths.filter((path) => path !== record).toSorted());
}

function sameMarks(before: FileMarks, now: FileMarks): boolean {
  const paths = Object.keys(now);
  return (
    paths.length === Object.keys(before).length &&
    paths.every(
      (path) => before[path]?.size === now[path]?.size && before[path]?.modified === now[path]?.modified,
    )
  );
}
