import { cutText, singleLine } from "../../text/markdown-text.ts";
import type { ReportedChange } from "../changes/resource-change.ts";
import type { AppReport, PreviewReport } from "../report.ts";
import { escapeHtml } from "./html-text.ts";

const row = 44;
const columns = { source: 2, app: 330, target: 658 } as const;
const box = { width: 240, height: 30 } as const;
const mostRows = 80;

interface Node {
  readonly x: number;
  readonly y: number;
  readonly text: string;
  readonly action: ReportedChange["action"] | undefined;
}

/** What becomes a box: a change, or a group that stays as it is. */
interface Part {
  readonly kind: ReportedChange["kind"];
  readonly title: string;
  readonly action?: ReportedChange["action"];
}

interface Edge {
  readonly from: Node;
  readonly to: Node;
  readonly dashed: boolean;
  readonly action: ReportedChange["action"] | undefined;
}

/** The topology of what changes as SVG: who is assigned, the app, and what it feeds; colours and dashes say what happens. */
export function renderTopology(report: PreviewReport): string {
  const nodes: Node[] = [];
  const edges: Edge[] = [];
  let top = 0;
  for (const app of report.apps) {
    if (top > mostRows) break;
    top += placeApp(app, top, nodes, edges) + 0.3;
  }
  const height = Math.ceil(top * row) + 10;
  return [
    `<svg viewBox="0 0 900 ${height}" width="900" height="${height}" role="img" aria-label="Groups and people, apps, SCIM server and pushed groups; changes marked">`,
    ...edges.map(drawEdge),
    ...nodes.map(drawNode),
    "</svg>",
  ].join("\n");
}

/** Places one app's rows and answers how many it took. */
function placeApp(app: AppReport, top: number, nodes: Node[], edges: Edge[]): number {
  const parts: readonly Part[] = [...app.changes, ...(app.unchanged ?? [])];
  const sources = parts.filter(({ kind }) => kind === "group assignment" || kind === "person assignment");
  const targets = parts.filter(({ kind }) => kind === "push group");
  const rows = Math.min(mostRows, Math.max(1, sources.length, targets.length + 1));
  const at = (x: number, index: number, text: string, action: Node["action"]): Node => {
    const node = { x, y: (top + index) * row + 8, text, action };
    nodes.push(node);
    return node;
  };
  const appNode = at(
    columns.app,
    (rows - 1) / 2,
    app.label,
    app.changes.find((change) => change.kind === "app")?.action,
  );
  sources.slice(0, rows).forEach((change, index) => {
    edges.push({
      from: at(columns.source, index, change.title, change.action),
      to: appNode,
      dashed: false,
      action: change.action,
    });
  });
  const server = at(columns.target, 0, "SCIM server", undefined);
  edges.push({
    from: appNode,
    to: server,
    dashed: false,
    action: app.changes.find((change) => change.kind === "connection")?.action,
  });
  targets.slice(0, rows - 1).forEach((change, index) => {
    edges.push({
      from: appNode,
      to: at(columns.target, index + 1, change.title, change.action),
      dashed: true,
      action: change.action,
    });
  });
  return rows;
}

function colour(action: Node["action"]): string {
  if (action === undefined) return "var(--soft)";
  return { add: "var(--add)", change: "var(--change)", replace: "var(--change)", remove: "var(--remove)" }[
    action
  ];
}

function drawNode(node: Node): string {
  const text = singleLine(node.text);
  const shown = text.length > 30 ? `${cutText(text, 29)}…` : text;
  const dash = node.action === "remove" ? ' stroke-dasharray="5 4"' : "";
  return `<g><title>${escapeHtml(text)}</title><rect x="${node.x}" y="${node.y}" width="${box.width}" height="${box.height}" rx="6" fill="none" stroke="${colour(node.action)}" stroke-width="${node.action === undefined ? 1 : 2.5}"${dash}/><text x="${node.x + 12}" y="${node.y + 20}" font-size="14" fill="currentColor">${escapeHtml(shown)}</text></g>`;
}

function drawEdge(edge: Edge): string {
  const x1 = edge.from.x + box.width;
  const y1 = edge.from.y + box.height / 2;
  const y2 = edge.to.y + box.height / 2;
  const middle = (x1 + edge.to.x) / 2;
  const dash = edge.dashed ? ' stroke-dasharray="3 3"' : "";
  return `<path d="M${x1} ${y1} C${middle} ${y1} ${middle} ${y2} ${edge.to.x} ${y2}" fill="none" stroke="${colour(edge.action)}" stroke-width="1.5"${dash}/>`;
}
