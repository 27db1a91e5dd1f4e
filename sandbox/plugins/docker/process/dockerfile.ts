import { posix } from "node:path";

/** What the last stage of a Dockerfile says about running it, as far as a plain process can follow it. */
export interface ImageRecipe {
  readonly env: Readonly<Record<string, string>>;
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
  readonly healthcheck: readonly string[];
  /** Paths inside the image, each with its path inside the build context. Folders may share a place; the later one covers the earlier. */
  readonly copies: readonly (readonly [string, string])[];
  readonly volumes: readonly string[];
}

/**
 * Reads the instructions ENV, ENTRYPOINT, CMD, HEALTHCHECK, COPY and VOLUME of a Dockerfile's last stage.
 * Shell forms, build arguments and files from other stages have no meaning for a process and are passed over.
 * @see https://docs.docker.com/reference/dockerfile/
 */
export function parseDockerfile(text: string): ImageRecipe {
  const lines = text
    .replaceAll(/^\s*#.*$/gm, "")
    .replaceAll(/\\\r?\n/g, " ")
    .split(/\r?\n/)
    .map((line) => line.trim());
  const start = lines.findLastIndex((line) => /^FROM\s/i.test(line));
  const instructions = lines.slice(start + 1).map((line) => {
    const [name = ""] = line.split(/\s+/, 1);
    return { name: name.toUpperCase(), rest: line.slice(name.length).trim() };
  });
  const last = (name: string) =>
    instructions.findLast((instruction) => instruction.name === name)?.rest ?? "";
  const all = (name: string) => instructions.filter((instruction) => instruction.name === name);
  return {
    env: Object.fromEntries(all("ENV").flatMap((instruction) => parseEnv(instruction.rest))),
    entrypoint: parseExecForm(last("ENTRYPOINT")),
    command: parseExecForm(last("CMD")),
    healthcheck: parseExecForm(last("HEALTHCHECK").replace(/^(--\S+\s+)*CMD\s+/i, "")),
    copies: all("COPY").flatMap((instruction) => parseCopy(instruction.rest)),
    volumes: all("VOLUME").flatMap((instruction) => parseExecForm(instruction.rest)),
  };
}

function parseEnv(rest: string): [string, string][] {
  const pairs = [...rest.matchAll(/(\w+)=("[^"]*"|\S*)/g)];
  return pairs.map(([, name = "", value = ""]) => [name, value.replace(/^"(.*)"$/, "$1")]);
}

function parseExecForm(rest: string): string[] {
  try {
    const parsed: unknown = JSON.parse(rest);
    return Array.isArray(parsed) ? parsed.map(String) : [];
  } catch {
    return [];
  }
}

/** A folder's content is copied, a file itself; into a folder (a target with a slash at its end) under its own name. */
function parseCopy(rest: string): [string, string][] {
  if (/--from=/.test(rest)) return [];
  const words = rest.split(/\s+/).filter((word) => !word.startsWith("--"));
  const target = words.at(-1) ?? "";
  return words.slice(0, -1).map((source) => {
    const isInto = target.endsWith("/") && !source.endsWith("/");
    return [isInto ? posix.join(target, posix.basename(source)) : target.replace(/\/$/, ""), source];
  });
}
