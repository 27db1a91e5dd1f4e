import { cutText, singleLine } from "../../text/markdown-text.ts";
import type { ReportedChange } from "../changes/resource-change.ts";
import type { PreviewReport } from "../report.ts";

const mostNodes = 60;
const classOf: Readonly<Record<ReportedChange["action"], string>> = {
  add: "added",
  change: "changed",
  replace: "changed",
  remove: "removed",
};

/** The topology of what changes: Okta groups and people -> app -> SCIM server, pushed groups, marked by what happens to them. */
export function renderMermaid(report: PreviewReport): string {
  const lines = ["flowchart LR", '  scim[("SCIM server")]'];
  let node = 0;
  for (const app of report.apps) {
    if (node > mostNodes) break;
    const appNode = `a${node++}`;
    const appChange = app.changes.find((change) => change.kind === "app");
    lines.push(`  ${appNode}["${label(app.label)}"]${cssClass(appChange)}`, `  ${appNode} --> scim`);
    for (const part of [...app.changes, ...(app.unchanged ?? [])]) {
      if (node > mostNodes) break;
      const name = `n${node++}`;
      const mark = "action" in part ? cssClass(part) : "";
      if (part.kind === "group assignment" || part.kind === "person assignment")
        lines.push(`  ${name}(["${label(part.title)}"])${mark} --> ${appNode}`);
      if (part.kind === "push group")
        lines.push(`  ${appNode} -. push .-> ${name}[/"${label(part.title)}"/]${mark}`);
    }
  }
  return [
    ...lines,
    "  classDef added stroke:#1a7f37,stroke-width:3px",
    "  classDef changed stroke:#9a6700,stroke-width:3px",
    "  classDef removed stroke:#cf222e,stroke-width:3px,stroke-dasharray:5 5",
  ].join("\n");
}

function cssClass(change: ReportedChange | undefined): string {
  return change === undefined ? "" : `:::${classOf[change.action]}`;
}

/** Mermaid reads quotes, brackets and entities in labels; only plain text is left. */
function label(text: string): string {
  const plain = singleLine(text)
    .replaceAll(/["<>[\]{}()|#;&`\\]/g, " ")
    .trim();
  // Mermaid 11 draws nothing at all where one label is empty.
  return plain === "" ? "unnamed" : cutText(plain, 60);
}
