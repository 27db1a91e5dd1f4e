import { styleText } from "node:util";

export type Tone = "good" | "bad" | "warn" | "dim" | "strong" | "link";

const formats = {
  good: "green",
  bad: "red",
  warn: "yellow",
  dim: "dim",
  strong: "bold",
  link: "cyan",
} as const;

/** Paints `text` for people, or leaves it as it is. */
export type Paint = (tone: Tone, text: string) => string;

/**
 * Chooses whether output is coloured: never with NO_COLOR (https://no-color.org) or TERM=dumb, always with FORCE_COLOR, else only on a
 * terminal.
 */
export function createPaint(stream: { isTTY?: boolean }, environment: NodeJS.ProcessEnv): Paint {
  const forced = environment["FORCE_COLOR"];
  const refused = environment["NO_COLOR"] !== undefined && environment["NO_COLOR"] !== "";
  const coloured =
    !refused &&
    environment["TERM"] !== "dumb" &&
    (stream.isTTY === true || (forced !== undefined && forced !== "0"));
  if (!coloured) return (_tone, text) => text;
  return (tone, text) => styleText(formats[tone], text, { validateStream: false });
}
