import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";

const jsonObject = z.record(z.string(), z.json());
export const imageRecord = z.object({
  id: z.string(),
  tags: z.array(z.string()),
  context: z.string(),
  dockerfile: z.string(),
});
export const networkRecord = z.object({ id: z.string(), body: jsonObject });
export const volumeRecord = z.object({ name: z.string(), labels: z.record(z.string(), z.string()) });
export const containerRecord = z.object({
  id: z.string(),
  name: z.string(),
  /** Id of the image it was made from. */
  image: z.string(),
  /** The Engine API's request for it. */
  body: jsonObject,
  pid: z.number().optional(),
  /** When that process started, in the system's ticks: a dead process's id may be another's by now. */
  startTicks: z.string().optional(),
  exitCode: z.number().optional(),
});
export type ImageRecord = z.infer<typeof imageRecord>;
export type ContainerRecord = z.infer<typeof containerRecord>;

/** Records of one kind, a file each. */
export class RecordStore<T> {
  private readonly folder: string;
  private readonly schema: z.ZodType<T>;

  constructor(folder: string, schema: z.ZodType<T>) {
    this.folder = folder;
    this.schema = schema;
  }

  async list(): Promise<T[]> {
    const names = await readdir(this.folder).catch(() => []);
    const found = await Promise.all(
      names
        .filter((name) => name.endsWith(".json"))
        .map((name) => this.read(decodeURIComponent(name.slice(0, -".json".length)))),
    );
    return found.filter((record) => record !== undefined);
  }

  async read(key: string): Promise<T | undefined> {
    try {
      return this.schema.parse(JSON.parse(await readFile(this.pathOf(key), "utf8")));
    } catch {
      // There is none, or a machine that lost its power left half of it: what it told of went with the power.
      return undefined;
    }
  }

  async write(key: string, record: T): Promise<void> {
    await mkdir(this.folder, { recursive: true });
    const unfinished = `${this.pathOf(key)}.${process.pid}`;
    // Environment variables of a container may be secrets.
    await writeFile(unfinished, JSON.stringify(record), { mode: 0o600 });
    await rename(unfinished, this.pathOf(key));
  }

  async remove(key: string): Promise<void> {
    await rm(this.pathOf(key), { force: true });
  }

  private pathOf(key: string): string {
    return join(this.folder, `${encodeURIComponent(key)}.json`);
  }
}
