/**
 * Text from Okta or a spec, made safe inside Markdown: it can't start a heading, break a table, open HTML, link, or mention anyone. GitHub
 * reads `@name`, `#1`, `GH-1` and bare addresses anywhere outside code, escaped or not, so an invisible word joiner goes in between.
 */
export function escapeMarkdown(text: string): string {
  return breakReferences(
    escapeTags(text).replaceAll(/[\\`*_{}[\]()#+!|~$-]/g, (character) => `\\${character}`),
  );
}

/** Text inside a line of HTML, such as a summary, where Markdown's own escapes would show. */
export function escapeHtmlLine(text: string): string {
  return breakReferences(escapeTags(text));
}

/** Text inside a fenced code block: without backticks it can't close the fence. */
export function escapeCodeBlock(text: string): string {
  return singleLine(text).replaceAll("`", "'");
}

/**
 * Control characters, line breaks and bidirectional marks can't move text to another place, and what nobody sees (zero-width spaces, soft
 * hyphens, tags) is told, so that one name can't pass for another. Joiners stay: names in Persian or Hindi need them.
 */
export function singleLine(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu, " ")
    .replaceAll(/[\u00ad\u180e\u200b\u2060-\u2064\ufeff\u{e0000}-\u{e007f}]/gu, tellCodePoint);
}

/** The first characters (UTF-16 code units) of a text, never half an emoji: GitHub refuses JSON with one. */
export function cutText(text: string, length: number): string {
  return text.slice(0, length).replace(/[\ud800-\udbff]$/, "");
}

function tellCodePoint(character: string): string {
  return `(U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")})`;
}

function escapeTags(text: string): string {
  return singleLine(text).replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function breakReferences(text: string): string {
  return text
    .replaceAll("@", "@\u2060")
    .replaceAll("#", "#\u2060")
    .replaceAll(/(GH)(\\?-)(?=\d)/gi, "$1\u2060$2")
    .replaceAll("://", ":\u2060//")
    .replaceAll(/www\./gi, (prefix) => `${prefix.slice(0, -1)}\u2060.`);
}
