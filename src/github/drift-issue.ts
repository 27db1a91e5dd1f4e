import { z } from "zod";
import type { GitHubClient } from "./github-client.ts";

const issueSchema = z.looseObject({
  number: z.int(),
  body: z.string().nullish(),
  pull_request: z.unknown().optional(),
});

/** What the nightly drift job found for one stack. */
export interface DriftFinding {
  /** The hidden mark by which the stack's issue is found again. */
  readonly marker: string;
  readonly title: string;
  /** Markdown, the marker included; undefined when there is no drift. */
  readonly body: string | undefined;
}

export type DriftIssueOutcome = "opened" | "updated" | "unchanged" | "closed" | "none";

/** Keeps one issue per stack: opened when drift appears, updated while it changes, closed with a word when it is gone. */
export async function keepDriftIssue(
  client: GitHubClient,
  label: string,
  finding: DriftFinding,
): Promise<DriftIssueOutcome> {
  const open = await findIssue(client, label, finding.marker);
  if (finding.body === undefined) {
    if (open === undefined) return "none";
    await client.call("POST", `/issues/${open.number}/comments`, {
      body: "No drift any more: Okta and the specs agree.",
    });
    await client.call("PATCH", `/issues/${open.number}`, { state: "closed", state_reason: "completed" });
    return "closed";
  }
  if (open === undefined) {
    await client.call("POST", "/issues", { title: finding.title, body: finding.body, labels: [label] });
    return "opened";
  }
  if (open.body === finding.body) return "unchanged";
  await client.call("PATCH", `/issues/${open.number}`, { title: finding.title, body: finding.body });
  return "updated";
}

async function findIssue(
  client: GitHubClient,
  label: string,
  marker: string,
): Promise<z.infer<typeof issueSchema> | undefined> {
  const path = `/issues?state=open&labels=${encodeURIComponent(label)}&per_page=100`;
  for await (const issue of client.list(path, issueSchema))
    if (issue.pull_request === undefined && issue.body?.startsWith(marker) === true) return issue;
  return undefined;
}
