import { once } from "node:events";
import { createReadStream, createWriteStream } from "node:fs";
import { createInterface } from "node:readline";
import { finished } from "node:stream/promises";
import { readEnvironment } from "../config/environment.ts";
import { openEngine } from "../storage/open-storage.ts";
import { dumpTables, restoreTables } from "../storage/sql/table-dump.ts";

type Variables = Readonly<Record<string, string | undefined>>;

function reportError(error: unknown): void {
  process.stderr.write(`${String(error)}\n`);
}

/** Writes the whole database to a file while the server runs. Answers the number of rows. */
export async function backup(variables: Variables, file: string): Promise<number> {
  const engine = await openEngine(readEnvironment(variables).storageUrl, reportError);
  // A backup holds people's data: only its owner may read it.
  const output = createWriteStream(file, { mode: 0o600 });
  try {
    return await dumpTables(engine, async (line) => {
      if (!output.write(`${line}\n`)) await once(output, "drain");
    });
  } finally {
    output.end();
    await finished(output);
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

/** Lines of a file, read from when the first one is asked for: readline loses what it reads before that. */
async function* readLines(file: string): AsyncGenerator<string, void, undefined> {
  yield* createInterface({ input: createReadStream(file) });
}
