import type { ReportedChange } from "../changes/resource-change.ts";
import type { AppReport, PreviewReport } from "../report.ts";
import { changeLines, countChanges, takenOverLine } from "./change-lines.ts";
import { html, type SafeHtml, trusted } from "./html-text.ts";
import { countCalls, distinctLabel, type PeopleLine, peopleLines, summarizePeople } from "./people-words.ts";
import { renderTopology } from "./topology-svg.ts";

/** The full report as one self-contained HTML file: opens from a build artefact, loads nothing, runs no script. */
export function renderHtml(report: PreviewReport): string {
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${report.stack}: ${report.verdict.level}</title>
<style>${trusted(style)}</style>
</head>
<body>
<header>
<p class="scope">${report.project} / ${report.stack} on ${report.org}</p>
<h1><span class="verdict ${verdictClass[report.verdict.level]}">${report.verdict.level}</span></h1>
${report.verdict.reasons.length === 0 ? html`` : html`<ul>${report.verdict.reasons.map((reason) => html`<li>${reason}</li>`)}</ul>`}
</header>
<main>
${guardRails(report)}
${report.apps.length === 0 ? html`<p>Okta and the specs agree (${report.unchangedResources} resources).</p>` : overview(report)}
${report.apps.map(appSection)}
${report.shared.length === 0 ? html`` : html`<section><h2>SCIM server</h2>${changeList(report.shared)}</section>`}
</main>
<footer>${report.commit === undefined ? "" : `commit ${report.commit}, `}${report.at}, ${countCalls(report.oktaCalls)} in ${(report.milliseconds / 1000).toFixed(1)} s, ${report.unchangedResources} resources unchanged</footer>
</body>
</html>
`;
  return page.safe;
}

const verdictClass = {
  "no change": "none",
  safe: "safe",
  "needs review": "review",
  dangerous: "danger",
} as const;
const signClass = { "+": "add", "~": "change", "!": "attention", "-": "remove" } as const;

function guardRails(report: PreviewReport): SafeHtml {
  if (report.guardRails.length === 0) return html``;
  const items = report.guardRails.map((finding) => {
    const names =
      finding.names.length === 0
        ? html``
        : html`<details><summary>${finding.names.length} names</summary>${finding.names.join(", ")}</details>`;
    return html`<li class="${finding.outcome === "broken" ? "remove" : "change"}"><b>${finding.app}</b> ${finding.message} <span class="outcome">${finding.outcome}</span>${names}<p>${finding.remedy}</p></li>`;
  });
  const isBroken = report.guardRails.some(({ outcome }) => outcome === "broken");
  return html`<section class="${isBroken ? "rails" : ""}"><h2>Guard rails</h2><ul class="lines">${items}</ul></section>`;
}

function overview(report: PreviewReport): SafeHtml {
  const rows = report.apps.map((app) => {
    const cell = (action: ReportedChange["action"]): SafeHtml =>
      html`<td>${countChanges(app.changes, action)}</td>`;
    return html`<tr><th scope="row"><a href="#${app.name}">${distinctLabel(app, report.apps)}</a></th>${cell("add")}${cell("change")}${cell("replace")}${cell("remove")}<td>${summarizePeople(app.people)}</td></tr>`;
  });
  return html`<section><h2>What changes</h2>
<div class="wide"><table><thead><tr><th scope="col">App</th><th scope="col"><abbr title="added">+</abbr></th><th scope="col"><abbr title="changed">~</abbr></th><th scope="col"><abbr title="replaced">+-</abbr></th><th scope="col"><abbr title="removed">-</abbr></th><th scope="col">People</th></tr></thead><tbody>${rows}</tbody></table></div>
<figure class="wide" tabindex="0" aria-label="Topology of what changes">${trusted(renderTopology(report))}</figure></section>`;
}

function appSection(app: AppReport): SafeHtml {
  const people = app.people === undefined ? [] : peopleLines(app.people);
  const takenOver = takenOverLine(app.takenOver);
  return html`<section id="${app.name}"><h2>${app.label} <small>${app.name}</small></h2>
${people.length === 0 ? html`` : html`<h3>People</h3><ul class="lines">${people.map(peopleItem)}</ul>`}
<h3>Settings in Okta</h3>${takenOver === "" ? html`` : html`<p>= ${takenOver}</p>`}${takenOver !== "" && app.changes.length === 0 ? html`` : changeList(app.changes)}</section>`;
}

function peopleItem(line: PeopleLine): SafeHtml {
  const names =
    line.names.length === 0
      ? html``
      : html`<details${trusted(line.names.length <= 20 ? " open" : "")}><summary>who</summary>${line.names.join(", ")}</details>`;
  return html`<li class="${signClass[line.sign]}"><b>${line.sign}</b> ${line.text}${names}</li>`;
}

function changeList(changes: readonly ReportedChange[]): SafeHtml {
  if (changes.length === 0) return html`<p>nothing</p>`;
  const items = changes.map((change) => {
    const [headline, ...fields] = changeLines(change);
    if (headline === undefined) return html``;
    return html`<li class="${signClass[headline.sign]}"><b>${headline.sign}</b> ${headline.text}${fields.length === 0 ? html`` : html`<ul>${fields.map((field) => html`<li>${field.text.trim()}</li>`)}</ul>`}</li>`;
  });
  return html`<ul class="lines">${items}</ul>`;
}

const style = `
:root { color-scheme: light dark; --add: light-dark(#1a7f37, #3fb950); --change: light-dark(#9a6700, #d29922);
  --remove: light-dark(#cf222e, #f85149); --line: light-dark(#d0d7de, #3d444d); --soft: light-dark(#59636e, #9198a1); }
* { box-sizing: border-box; } html { background: light-dark(#fff, #0d1117); color: light-dark(#1f2328, #e6edf3); }
body { font: 16px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 60rem; padding: 1.5rem 1rem 3rem; overflow-wrap: anywhere; }
h1 { margin: .2rem 0 1rem; font-size: 1.6rem; } h2 { font-size: 1.25rem; margin: 0 0 .5rem; } h3 { font-size: 1rem; margin: 1rem 0 .25rem; }
h2 small, .scope, footer { color: var(--soft); font-weight: 400; }
.verdict { border: 2px solid currentColor; border-radius: 2rem; padding: .15rem .9rem; }
.none { color: var(--soft); } .safe { color: var(--add); } .review { color: var(--change); } .danger { color: var(--remove); }
section { border: 1px solid var(--line); border-radius: .6rem; padding: 1rem 1.2rem; margin: 1rem 0; }
.rails { border-color: var(--remove); border-width: 2px; }
ul.lines { list-style: none; padding: 0; margin: 0; } ul.lines > li { border-left: 4px solid var(--line); padding: .25rem .75rem; margin: .3rem 0; }
ul.lines b { font-family: ui-monospace, monospace; } ul.lines ul { margin: .2rem 0; padding-left: 1.2rem; font: .875rem/1.5 ui-monospace, monospace; }
.lines > .add { border-color: var(--add); } .lines > .change, .lines > .attention { border-color: var(--change); } .lines > .remove { border-color: var(--remove); }
.wide { overflow-x: auto; } .wide svg { display: block; width: 100%; min-width: 38rem; height: auto; }
.lines p { margin: .25rem 0; color: var(--soft); } .outcome { border: 1px solid currentColor; border-radius: 1rem; padding: 0 .5rem; font-size: .8rem; color: var(--soft); }
a { color: inherit; } abbr { text-decoration: none; }
table { border-collapse: collapse; width: 100%; overflow-wrap: normal; } td { white-space: nowrap; } th, td { text-align: left; vertical-align: top; padding: .35rem .6rem .35rem 0; border-bottom: 1px solid var(--line); }
details { font-size: .9rem; } summary { cursor: pointer; color: var(--soft); }
figure { margin: 1rem 0 0; } footer { font-size: .85rem; }
`;
