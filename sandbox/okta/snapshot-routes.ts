import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { parseJson } from "../../src/spec/json-value.ts";
import { type Answer, answerJson, type RouteGroup, readText } from "./http.ts";
import { SnapshotError } from "./store/snapshots.ts";

const nameBody = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/),
  /** Whether tokens are left out (saving only). */
  fixture: z.boolean().default(false),
});

/** What saving and restoring an org takes. */
export interface SnapshotDependencies {
  /** Folder of the snapshots. */
  readonly folder: string;
  readonly save: (path: string) => void;
  /** Saves without any secret. */
  readonly saveFixture: (path: string) => void;
  /** Stops provisioning, restores, and starts it again. */
  readonly restore: (path: string) => Promise<void>;
}

/** `/sandbox/snapshots`: GET lists, POST saves, POST `/sandbox/snapshots/restore` brings one back. Loopback only, as the server. */
export function createSnapshotRoutes(dependencies: SnapshotDependencies): RouteGroup {
  const pathOf = (name: string): string => join(dependencies.folder, `${name}.sqlite`);
  return async (request): Promise<Answer | undefined> => {
    if (!request.path.startsWith("/sandbox/snapshots")) return undefined;
    if (request.method === "GET") return answerJson(200, listSnapshots(dependencies.folder));
    if (request.method !== "POST") return undefined;
    const body = nameBody.safeParse(parseJson(readText(request)));
    if (!body.success) return answerJson(400, { ok: false, error: z.prettifyError(body.error) });
    const path = pathOf(body.data.name);
    if (request.path === "/sandbox/snapshots") {
      mkdirSync(dependencies.folder, { recursive: true, mode: 0o700 });
      if (body.data.fixture) dependencies.saveFixture(path);
      else dependencies.save(path);
      return answerJson(201, { ok: true, name: body.data.name });
    }
    if (request.path !== "/sandbox/snapshots/restore") return undefined;
    if (!existsSync(path))
      return answerJson(404, { ok: false, error: `There is no snapshot ${body.data.name}.` });
    try {
      await dependencies.restore(path);
      return answerJson(200, { ok: true, name: body.data.name });
    } catch (error) {
      if (!(error instanceof SnapshotError)) throw error;
      return answerJson(409, { ok: false, error: error.message, remedy: error.remedy });
    }
  };
}

function listSnapshots(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith(".sqlite"))
    .map((name) => name.slice(0, -".sqlite".length))
    .toSorted();
}
