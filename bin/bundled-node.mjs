import { createRequire } from "node:module";
import { delimiter, dirname, join } from "node:path";

/**
 * The Node that `npm ci` brought, which runs TypeScript, and an environment in which programs find it before any other.
 * @returns {{ node: string, environment: NodeJS.ProcessEnv }}
 */
export function findBundledNode() {
  const node = join(dirname(createRequire(import.meta.url).resolve("node/package.json")), "bin", "node");
  const path = [dirname(node), process.env.PATH ?? ""].join(delimiter);
  return { node, environment: { ...process.env, PATH: path } };
}
