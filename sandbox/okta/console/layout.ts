import { readFileSync } from "node:fs";
import type { Answer } from "../http.ts";
import { type HtmlValue, html, type SafeHtml } from "./html.ts";

/** What every page says about itself. */
export interface Page {
  readonly title: string;
  /** The entry of the main navigation that it belongs to. */
  readonly section: Section;
  readonly body: SafeHtml;
  /** Whether it follows what happens, by the console's only script. */
  readonly isLive?: boolean;
}

const sections = [
  ["overview", "Overview", "/admin"],
  ["apps", "Applications", "/admin/apps"],
  ["people", "People", "/admin/people"],
  ["groups", "Groups", "/admin/groups"],
  ["tasks", "Tasks", "/admin/tasks"],
  ["log", "System Log", "/admin/log"],
  ["faults", "Faults and time", "/admin/faults"],
] as const;
export type Section = (typeof sections)[number][0];

const stylesheet = readFileSync(new URL("./console.css", import.meta.url), "utf8");
const liveScript = readFileSync(new URL("./live-log.js", import.meta.url), "utf8");

/** Nothing but the console's own style sheet and forms: no frames, nothing from elsewhere, and no scripts. */
const pageHeaders = {
  "content-type": "text/html; charset=utf-8",
  "content-security-policy":
    "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
  "referrer-policy": "same-origin",
  "x-frame-options": "DENY",
} as const;

/** A page that follows what happens may run the console's own script, which asks for the page again. */
const livePageHeaders = {
  ...pageHeaders,
  "content-security-policy": `${pageHeaders["content-security-policy"]}; script-src 'self'; connect-src 'self'`,
} as const;

/** A whole page as an answer. */
export function answerPage(status: number, page: Page): Answer {
  const headers = page.isLive === true ? livePageHeaders : pageHeaders;
  return { status, headers, body: renderPage(page).text };
}

/** The script that makes pages follow what happens. */
export function answerLiveScript(): Answer {
  return { status: 200, headers: { "content-type": "text/javascript; charset=utf-8" }, body: liveScript };
}

/** The style sheet of all pages. */
export function answerStylesheet(): Answer {
  return { status: 200, headers: { "content-type": "text/css; charset=utf-8" }, body: stylesheet };
}

function renderPage({ title, section, body, isLive }: Page): SafeHtml {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title} · Emulated org</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/admin/console.css">
${isLive === true && html`<script src="/admin/live-log.js" defer></script>`}
</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
<header class="mark"><strong>EMULATED ORG — not Okta</strong> <span>A stand-in by okta-scim on this machine. People, apps and changes here are not real.</span></header>
<div class="frame">
<nav class="main" aria-label="Console"><ul>${sections.map(
    ([key, label, path]) =>
      html`<li><a href="${path}"${key === section && html` aria-current="page"`}>${label}</a></li>`,
  )}</ul></nav>
<main id="content">${body}</main>
</div>
</body>
</html>
`;
}

/** A status word with its colour; the colour only repeats what the word says. */
export function badge(text: string): SafeHtml {
  const kind = badgeKinds.get(text);
  return html`<span class="badge${kind !== undefined && ` ${kind}`}">${text}</span>`;
}

const badgeKinds: ReadonlyMap<string, "good" | "bad" | "wait"> = new Map([
  ...["ACTIVE", "ENABLED", "SYNCHRONIZED", "PROVISIONED", "done", "SUCCESS"].map(
    (word) => [word, "good"] as const,
  ),
  ...["ERROR", "failed", "FAILURE", "DEPROVISIONED", "UNKNOWN"].map((word) => [word, "bad"] as const),
  ...["PENDING", "OUT_OF_SYNC", "SYNCING", "STAGED", "SUSPENDED", "pending", "running", "INACTIVE"].map(
    (word) => [word, "wait"] as const,
  ),
]);

/** A moment as people read it, in UTC, with the exact one in the element. */
export function moment(iso: string | null): SafeHtml {
  if (iso === null) return html`<span class="quiet">never</span>`;
  return html`<time datetime="${iso}">${iso.slice(0, 10)} ${iso.slice(11, 19)}</time>`;
}

/** A button that posts; `fields` are sent with it. */
export function button(
  action: string,
  label: string,
  options: {
    readonly kind?: "primary" | "danger";
    readonly small?: boolean;
    readonly fields?: Readonly<Record<string, string>>;
    readonly about?: string;
  } = {},
): SafeHtml {
  const { kind, small, fields = {}, about } = options;
  const hidden = Object.entries(fields).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`,
  );
  const classes = [kind, small === true ? "small" : undefined].filter((name) => name !== undefined).join(" ");
  const described = about !== undefined && html` aria-label="${label}: ${about}"`;
  return html`<form class="inline" method="post" action="${action}">${hidden}<button class="${classes}"${described}>${label}</button></form>`;
}

/**
 * A table in a card, or a sentence where there is nothing to list. The column of the heading "" holds buttons. What does
 * not fit scrolls sideways, by keyboard too.
 */
export function table(
  headings: readonly HtmlValue[],
  rows: readonly SafeHtml[],
  empty: string,
  title?: string,
): SafeHtml {
  const heading = title !== undefined && html`<h2>${title}</h2>`;
  if (rows.length === 0)
    return html`<section class="card flush">${heading}<div class="empty">${empty}</div></section>`;
  return html`<div class="card flush" role="group" aria-label="${title ?? "Table"}" tabindex="0">${heading}<table><thead><tr>${headings.map(
    (label) => html`<th scope="col">${label === "" ? html`<span class="hidden">Actions</span>` : label}</th>`,
  )}</tr></thead><tbody>${rows}</tbody></table></div>`;
}

/** A message above the content, announced to screen readers. */
export function notice(kind: "good" | "bad" | "wait", title: string, text?: string): SafeHtml {
  return html`<div class="notice ${kind}" role="${kind === "bad" ? "alert" : "status"}"><strong>${title}</strong>${
    text !== undefined && html`<p>${text}</p>`
  }</div>`;
}
