import { readEnvironment } from "../config/environment.ts";
import { openEngine } from "../storage/open-storage.ts";
import { dumpTables, restoreTables } from "../storage/sql/table-dump.ts";
import { readLines, writeLines } from "./line-file.ts";

type Variables = Readonly<Record<string, string | undefined>>;

function reportError(error: unknown): void {
  process.stderr.write(`${String(error)}\n`);
}

/** Writes the whole database to a file while the server runs. Answers the number of rows. */
export async function backup(variables: Variables, file: string): Promise<number> {
  const engine = await openEngine(readEnvironment(variables).storageUrl, reportError);
  try {
    return await writeLines(file, (write) => dumpTables(engine, write));
  } finally {
    await engine.close();
  }
}

/** Fills an empty database from a file that {@link backup} wrote. Answers the number of rows. */
export async function restore(variables: Variables, file: string): Promise<number> {
  const engine = await openEngine(readEnvironment(variables).storageUrl, reportError);
  try {
    return await restoreTables(engine, readLines(file));
  } finally {
    await engine.close();
  }
}
