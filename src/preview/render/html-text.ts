import { singleLine } from "../../text/markdown-text.ts";

/** HTML that needs no further escaping. */
export interface SafeHtml {
  readonly safe: string;
}

const escapes: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Text made safe as HTML content or as a quoted attribute. */
export function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => escapes[character] ?? character);
}

/** A template tag: every value becomes one line of visible text, escaped, unless it is SafeHtml (or a list of it). */
export function html(
  strings: TemplateStringsArray,
  ...values: readonly (string | number | SafeHtml | readonly SafeHtml[])[]
): SafeHtml {
  const parts = strings.flatMap((text, index) => {
    const value = values[index];
    return value === undefined ? [text] : [text, show(value)];
  });
  return { safe: parts.join("") };
}

function show(value: string | number | SafeHtml | readonly SafeHtml[]): string {
  if (typeof value === "string") return escapeHtml(singleLine(value));
  if (typeof value === "number") return String(value);
  return "safe" in value ? value.safe : value.map((part) => part.safe).join("\n");
}

/** Text that is HTML already, such as a stylesheet of ours. */
export function trusted(text: string): SafeHtml {
  return { safe: text };
}
