import { createReadStream } from "node:fs";
import { type FileHandle, open, realpath, rename, rm, stat } from "node:fs/promises";

const writtenTogether = 65_536;

/** A file of lines cannot be written, or read. */
export class LineFileError extends Error {
  readonly code = "LINE_FILE";
  readonly remedy: string;

  constructor(what: string, cause: unknown, remedy: string) {
    super(`${what}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    this.name = "LineFileError";
    this.remedy = remedy;
  }
}

/** Takes one line without its line break. */
export type WriteLine = (line: string) => Promise<void>;

/**
 * Writes a file that only its owner may read, and only as a whole: until it is complete and on the disk it has another
 * name, so that a former file stays when something fails. Throws {@link LineFileError}, and what `produce` throws.
 */
export async function writeLines<T>(file: string, produce: (write: WriteLine) => Promise<T>): Promise<T> {
  const explain = (error: unknown): never => {
    const remedy = "See whether its folder is there, may be written by this user, and has room.";
    throw new LineFileError(`${file} cannot be written`, error, remedy);
  };
  const present = await stat(file).catch(() => undefined);
  const place = present?.isFile() === true ? await realpath(file) : file;
  // A pipe or a device is written as it is.
  const isPlain = present === undefined || present.isFile();
  const path = isPlain ? `${place}.part` : place;
  const output = await open(path, "w", 0o600).catch(explain);
  try {
    if (isPlain) await output.chmod(0o600).catch(explain);
    const lines = new LineBuffer(output);
    const result = await produce((line) => lines.add(line).catch(explain));
    await lines.flush().catch(explain);
    if (isPlain) await output.sync().catch(explain);
    await output.close();
    if (isPlain) await rename(path, place).catch(explain);
    return result;
  } catch (error) {
    await output.close().catch(() => {});
    if (isPlain) await rm(path, { force: true });
    throw error;
  }
}

class LineBuffer {
  readonly #output: FileHandle;
  #waiting = "";

  constructor(output: FileHandle) {
    this.#output = output;
  }

  async add(line: string): Promise<void> {
    this.#waiting += `${line}\n`;
    if (this.#waiting.length >= writtenTogether) await this.flush();
  }

  async flush(): Promise<void> {
    const text = this.#waiting;
    this.#waiting = "";
    await this.#output.appendFile(text);
  }
}

/**
 * The lines of a file. They end with a line feed and nothing else: `node:readline` breaks them at U+2028 as well, which
 * JSON may have within a text. Throws {@link LineFileError} for a file that cannot be read or is not UTF-8.
 */
export async function* readLines(file: string): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let rest = "";
  try {
    for await (const chunk of createReadStream(file)) {
      const lines = `${rest}${decoder.decode(chunk, { stream: true })}`.split("\n");
      rest = lines.pop() ?? "";
      yield* lines;
    }
    rest += decoder.decode();
  } catch (error) {
    throw new LineFileError(`${file} cannot be read`, error, "Give a file that the server wrote.");
  }
  if (rest !== "") yield rest;
}
