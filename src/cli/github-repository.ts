import { GitHubClient } from "../github/github-client.ts";
import { requireVariable } from "./require-variable.ts";

/** The repository that a workflow runs for, by the variables that GitHub Actions sets. */
export function openRepository(): GitHubClient {
  return new GitHubClient({
    apiUrl: process.env["GITHUB_API_URL"] ?? "https://api.github.com",
    repository: requireVariable("GITHUB_REPOSITORY"),
    token: requireVariable("GITHUB_TOKEN"),
  });
}
