import { z } from "zod";
import type { GitHubClient } from "./github-client.ts";

const pullSchema = z.looseObject({
  number: z.int(),
  merged_at: z.string().nullish(),
  merge_commit_sha: z.string().nullish(),
  head: z.looseObject({ sha: z.string() }),
});
const runSchema = z.looseObject({
  id: z.int(),
  path: z.string(),
  event: z.string(),
  conclusion: z.string().nullish(),
  head_sha: z.string(),
  head_repository: z.looseObject({ full_name: z.string() }).nullish(),
});
const artifactSchema = z.looseObject({ name: z.string(), expired: z.boolean() });

/** What is looked for. */
export interface ReviewedRunQuestion {
  /** The merged commit. */
  readonly commit: string;
  /** The workflow that previews pull requests, such as `.github/workflows/pull-request.yml`. */
  readonly workflow: string;
  /** The artefact that holds the report. */
  readonly artifact: string;
}

/** The workflow run whose artefact is the report that was reviewed. */
export interface ReviewedRun {
  readonly runId: number;
  readonly pullRequest: number;
  readonly headCommit: string;
}

/** There is no report that somebody reviewed before this commit was merged, so nothing may be applied by it. */
export class ReviewMissingError extends Error {
  readonly code = "REVIEW_NOT_FOUND";
  readonly remedy =
    "Start the deploy workflow by hand (Actions, deploy, Run workflow): it previews main, and whoever approves the environment reviews that report.";

  constructor(reason: string) {
    super(`No reviewed report for this commit: ${reason}`);
    this.name = "ReviewMissingError";
  }
}

/**
 * Finds the preview that was reviewed in the pull request of a merged commit: the newest successful run of the preview workflow for the pull
 * request's last commit, in this repository and not in a fork, whose artefact is still there.
 * @throws ReviewMissingError for a commit without a merged pull request, without such a run, or whose artefact has expired; GitHubError
 */
export async function findReviewedRun(
  client: GitHubClient,
  { commit, workflow, artifact }: ReviewedRunQuestion,
): Promise<ReviewedRun> {
  const pull = await findPull(client, commit);
  const head = pull.head.sha;
  const runsPath = `/actions/runs?head_sha=${encodeURIComponent(head)}&event=pull_request&per_page=100`;
  for await (const run of client.list(runsPath, runSchema, "workflow_runs")) {
    const isOurs =
      run.path.split("@")[0] === workflow &&
      run.event === "pull_request" &&
      run.conclusion === "success" &&
      run.head_sha === head &&
      run.head_repository?.full_name.toLowerCase() === client.repository.toLowerCase();
    if (!isOurs) continue;
    await requireArtifact(client, run.id, artifact, pull.number);
    return { runId: run.id, pullRequest: pull.number, headCommit: head };
  }
  throw new ReviewMissingError(
    `pull request #${pull.number} has no successful run of ${workflow} for its last commit, ${head}.`,
  );
}

async function findPull(client: GitHubClient, commit: string): Promise<z.infer<typeof pullSchema>> {
  const path = `/commits/${encodeURIComponent(commit)}/pulls?per_page=100`;
  for await (const pull of client.list(path, pullSchema)) {
    const isMerged = typeof pull.merged_at === "string";
    // A merge by rebase leaves several commits, of which this names the last: the one that is deployed.
    if (isMerged && pull.merge_commit_sha === commit) return pull;
  }
  throw new ReviewMissingError(`${commit} did not come from a merged pull request.`);
}

async function requireArtifact(
  client: GitHubClient,
  runId: number,
  name: string,
  pullRequest: number,
): Promise<void> {
  const path = `/actions/runs/${runId}/artifacts?name=${encodeURIComponent(name)}&per_page=100`;
  let isExpired = false;
  for await (const artifact of client.list(path, artifactSchema, "artifacts")) {
    if (artifact.name !== name) continue;
    if (!artifact.expired) return;
    isExpired = true;
  }
  throw new ReviewMissingError(
    `the artefact ${name} of pull request #${pullRequest} ${isExpired ? "has expired" : "is not there"}.`,
  );
}
