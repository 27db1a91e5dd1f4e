import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { GitHubClient } from "../../../src/github/github-client.ts";
import { findReviewedRun } from "../../../src/github/reviewed-run.ts";
import { type GitHubDouble, startGitHubDouble } from "./github-double.ts";

const commit = "c0ffee0000000000000000000000000000000000";
const head = "badcab1e00000000000000000000000000000000";
const workflow = ".github/workflows/pull-request.yml";
const question = { commit, workflow, artifact: "preview-prod" };

const pull = { number: 7, merged_at: "2026-11-22T10:00:00Z", merge_commit_sha: commit, head: { sha: head } };
const run = {
  id: 41,
  path: workflow,
  event: "pull_request",
  conclusion: "success",
  head_sha: head,
  head_repository: { full_name: "Acme/identity" },
};
const artifact = { name: "preview-prod", expired: false };

let github: GitHubDouble;
let client: GitHubClient;

beforeEach(async () => {
  github = await startGitHubDouble();
  client = new GitHubClient({ apiUrl: github.apiUrl, repository: "acme/identity", token: "test-token" });
});
afterEach(() => github.close());

function serve(pulls: readonly unknown[], runs: readonly unknown[], artifacts: readonly unknown[]): void {
  github.lists.set(`/commits/${commit}/pulls`, { items: pulls });
  github.lists.set("/actions/runs", { key: "workflow_runs", items: runs });
  for (const id of [41, 42])
    github.lists.set(`/actions/runs/${id}/artifacts`, { key: "artifacts", items: artifacts });
}

describe("the run that holds the reviewed report", () => {
  it("is the newest that previewed the pull request's last commit", async () => {
    serve([pull], [{ ...run, id: 42 }, run], [artifact]);
    expect(await findReviewedRun(client, question)).toEqual({ runId: 42, pullRequest: 7, headCommit: head });
    expect(github.requests).toContain(
      `GET /repos/acme/identity/actions/runs?head_sha=${head}&event=pull_request&per_page=100`,
    );
  });

  it("is found behind other workflows' runs, on the second page", async () => {
    const others = Array.from({ length: 120 }, (_, id) => ({
      ...run,
      id,
      path: ".github/workflows/test.yml",
    }));
    serve([pull], [...others, run], [artifact]);
    expect(await findReviewedRun(client, question)).toMatchObject({ runId: 41 });
  });

  it("is not one that failed, ran for another event, for another commit, or in a fork", async () => {
    const wrong = [
      { ...run, conclusion: "failure" },
      { ...run, conclusion: null },
      { ...run, event: "push" },
      { ...run, head_sha: commit },
      { ...run, head_repository: { full_name: "mallory/identity" } },
      { ...run, head_repository: null },
      { ...run, path: ".github/workflows/other.yml" },
    ];
    for (const one of wrong) {
      serve([pull], [one], [artifact]);
      await expect(findReviewedRun(client, question)).rejects.toMatchObject({
        code: "REVIEW_NOT_FOUND",
        message: expect.stringContaining("pull request #7 has no successful run"),
      });
    }
  });

  it("is missing for a commit that was pushed past the review", async () => {
    for (const pulls of [[], [{ ...pull, merged_at: null }], [{ ...pull, merge_commit_sha: head }]]) {
      serve(pulls, [run], [artifact]);
      await expect(findReviewedRun(client, question)).rejects.toMatchObject({
        code: "REVIEW_NOT_FOUND",
        message: expect.stringContaining("did not come from a merged pull request"),
        remedy: expect.stringContaining("Run workflow"),
      });
    }
  });

  it("is of no use when its report is gone", async () => {
    serve([pull], [run], [{ ...artifact, expired: true }]);
    await expect(findReviewedRun(client, question)).rejects.toThrow("has expired");
    serve([pull], [run], [{ ...artifact, name: "preview-dev" }]);
    await expect(findReviewedRun(client, question)).rejects.toThrow("is not there");
  });
});
