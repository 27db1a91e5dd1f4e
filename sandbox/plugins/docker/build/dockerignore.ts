/**
 * Tells which paths of a build context are left out.
 * @see https://docs.docker.com/build/concepts/context/#dockerignore-files
 */
export interface IgnoreRules {
  /** @param path relative to the context, with `/` */
  readonly ignores: (path: string) => boolean;
  /** Whether something below an ignored folder may be wanted after all. */
  readonly hasExceptions: boolean;
}

/** Reads a .dockerignore file. The last line that matches a path, or a folder above it, decides. */
export function parseDockerignore(text: string): IgnoreRules {
  const rules = text
    .replace(/^\uFEFF/, "")
    .split(/\r?\n/)
    .filter((line) => !line.startsWith("#"))
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .map((line) => {
      const isException = line.startsWith("!");
      const pattern = cleanPattern(isException ? line.slice(1).trim() : line);
      return { isException, expression: new RegExp(`^${toExpression(pattern)}$`) };
    });
  return {
    hasExceptions: rules.some((rule) => rule.isException),
    ignores: (path) => {
      const prefixes = path.split("/").map((_, index, parts) => parts.slice(0, index + 1).join("/"));
      const last = rules.findLast((rule) => prefixes.some((prefix) => rule.expression.test(prefix)));
      return last !== undefined && !last.isException;
    },
  };
}

/** As Go's filepath.Clean, without a leading slash. */
function cleanPattern(pattern: string): string {
  const parts = pattern.split("/").filter((part) => part !== "" && part !== ".");
  return parts.join("/");
}

function toExpression(pattern: string): string {
  return pattern.replaceAll(/\*\*\/|\*\*|\*|\?|\[[^\]]*\]|[\\^$.|+(){}]/g, (token) => {
    if (token === "**/") return "(?:.*/)?";
    if (token === "**") return ".*";
    if (token === "*") return "[^/]*";
    if (token === "?") return "[^/]";
    return token.startsWith("[") ? token : `\\${token}`;
  });
}
