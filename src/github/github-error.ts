/** GitHub refused a call. */
export class GitHubError extends Error {
  readonly code = "GITHUB_REFUSED";
  readonly status: number;
  readonly remedy: string;

  constructor(method: string, url: string, status: number, detail: string) {
    super(`GitHub answered ${status} to ${method} ${new URL(url).pathname}: ${detail}`);
    this.name = "GitHubError";
    this.status = status;
    this.remedy =
      status === 401 || status === 403 || status === 404
        ? "The job's token needs `pull-requests: write` for comments, `issues: write` for the drift issue, `actions: read` and `pull-requests: read` to find a reviewed report; fork pull requests have none of them."
        : "Run the job again. If it stays so, see GitHub's status page.";
  }
}

/** No answer came from GitHub. */
export class GitHubUnreachableError extends Error {
  readonly code = "GITHUB_UNREACHABLE";
  readonly remedy = "Check that the job reaches GITHUB_API_URL (proxy, firewall), and run it again.";

  constructor(method: string, url: string) {
    super(`GitHub gave no answer to ${method} ${new URL(url).pathname} at ${new URL(url).host}.`);
    this.name = "GitHubUnreachableError";
  }
}
