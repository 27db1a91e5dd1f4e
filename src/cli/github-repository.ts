import { GitHubClient } from "../github/github-client.ts";
import { requireVariable } from "./require-variable.ts";

/** The repository that a workflow runs for, by the variables that GitHub Actions sets. */
export function openRepository(): GitHubClient {
  return new GitHubClient({
    apiUrl: process.env["GITHUB_API_URL"] || "https://api.github.com",
    repository: requireVariable("GITHUB_REPOSITORY"),
    token: requireVariable("GITHUB_TOKEN"),
  });
}

/** The address of a file at the workflow's commit (`docs/a.md#b`); outside of GitHub Actions the path as it is. */
export function linkToFile(path: string): string {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_SHA: commit } = process.env;
  return server && repository && commit ? `${server}/${repository}/blob/${commit}/${path}` : path;
}

/** The commit that a workflow is about: of a pull request its own (`COMMIT`), not GitHub's merge of it; undefined outside of one. */
export function workflowCommit(): string | undefined {
  return process.env["COMMIT"] ?? process.env["GITHUB_SHA"];
}

/** The workflow run's page, where its log and artefacts are; undefined outside of GitHub Actions. */
export function workflowRunUrl(): string | undefined {
  const { GITHUB_RUN_ID: run, GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository } = process.env;
  return run === undefined ? undefined : `${server}/${repository}/actions/runs/${run}`;
}
