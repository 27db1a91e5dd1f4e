import { Html, html } from "./html.ts";

const sections = [
  ["users", "People"],
  ["groups", "Groups"],
  ["changes", "Changes"],
  ["requests", "Requests"],
  ["evidence", "Evidence"],
] as const;

export type Section = (typeof sections)[number][0];

/** A whole page. `tenant` and `section` say where it is; without them it is the list of tenants. */
export function layout(title: string, content: Html, tenant?: string, section?: Section): string {
  const navigation =
    tenant === undefined
      ? undefined
      : html`<nav aria-label="Tenant"><ul>${sections.map(([key, label]) => {
          const current = key === section ? new Html(' aria-current="page"') : undefined;
          return html`<li><a href="/inspector/${tenant}/${key}"${current}>${label}</a></li>`;
        })}</ul></nav>`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} - SCIM inspector</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/inspector/assets/style.css">
</head>
<body>
<a class="skip" href="#content">Skip to content</a>
<header><div>
<p class="where"><a href="/inspector">SCIM inspector</a>${tenant === undefined ? "" : ` / ${tenant}`}</p>
${navigation}
</div></header>
<main id="content">
<h1>${title}</h1>
${content}
</main>
<footer class="soft">Read-only. Times are UTC.</footer>
</body>
</html>`.text;
}

/** A time for reading; the exact one is in the markup. */
export function time(milliseconds: number): Html {
  const iso = new Date(milliseconds).toISOString();
  return html`<time datetime="${iso}">${iso.slice(0, 19).replace("T", " ")}</time>`;
}

/** A table that scrolls sideways by itself on narrow screens, by keyboard too. */
export function table(caption: string, heads: readonly string[], rows: readonly Html[]): Html {
  if (rows.length === 0) return html`<p class="soft">Nothing to show.</p>`;
  return html`<div class="scroll" role="region" aria-label="${caption}" tabindex="0"><table>
<thead><tr>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead>
<tbody>${rows}</tbody></table></div>`;
}

/** Links to the pages before and after. */
export function pages(path: string, start: number, size: number, total: number): Html {
  const link = (from: number, label: string): Html => html`<a href="${path}?start=${from}">${label}</a>`;
  const last = Math.min(start + size - 1, total);
  return html`<nav class="pages" aria-label="Pages"><span>${total === 0 ? 0 : start}-${last} of ${total}</span>
${start > 1 ? link(Math.max(1, start - size), "Previous page") : undefined}
${last < total ? link(start + size, "Next page") : undefined}</nav>`;
}
