import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { exitCodeOf } from "../../../src/cli/failure.ts";
import { publishFailedPreview, publishFailedUpdate } from "../../../src/cli/publish-failure.ts";
import { publishReport, readReportFile } from "../../../src/cli/publish-report.ts";
import { ReviewMissingError } from "../../../src/github/reviewed-run.ts";
import { GuardRailError, ReviewOutdatedError } from "../../../src/operations/guard-update.ts";
import type { PreviewReport } from "../../../src/preview/report.ts";
import { ReportError } from "../../../src/preview/report-schema.ts";
import { InvalidSpecError } from "../../../src/spec/spec-issue.ts";
import { sampleReport } from "../checks/sample-report.ts";
import { type GitHubDouble, startGitHubDouble } from "../github/github-double.ts";

const root = join(import.meta.dirname, "..", "..", "..");
const report: PreviewReport = {
  version: 1,
  project: "okta-scim",
  stack: "prod",
  org: "https://example.okta.com",
  at: "2026-11-22T10:00:00.000Z",
  verdict: { level: "no change", reasons: [] },
  apps: [],
  shared: [],
  guardRails: [],
  unchangedResources: 12,
  oktaCalls: 1,
  milliseconds: 5,
};

let github: GitHubDouble;
let folder: string;

beforeEach(async () => {
  github = await startGitHubDouble();
  folder = mkdtempSync(join(tmpdir(), "okta-scim-cli-"));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
  await github.close();
});

function actions(more: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
  return {
    GITHUB_API_URL: github.apiUrl,
    GITHUB_REPOSITORY: "acme/identity",
    GITHUB_TOKEN: "test-token",
    GITHUB_SERVER_URL: "https://github.example",
    GITHUB_RUN_ID: "99",
    ...more,
  };
}

describe("a published report", () => {
  it("is a comment, a job summary, a page and a file that reads back", async () => {
    for (const [name, value] of Object.entries(actions({ PULL_REQUEST: "7" }))) vi.stubEnv(name, value);
    const file = (name: string): string => join(folder, name);
    const options = {
      comment: true,
      markdown: file("summary.md"),
      html: file("p.html"),
      report: file("p.json"),
    };
    await publishReport(report, options);
    await publishReport(report, options);
    expect(github.comments.map(({ body }) => body)).toEqual([
      expect.stringMatching(/^<!-- okta-scim:okta-scim\/prod -->\n\n### ⚪ prod: no change/),
    ]);
    expect(github.requests.filter((request) => !request.startsWith("GET "))).toEqual([
      "POST /repos/acme/identity/issues/7/comments",
    ]);
    // A summary is appended to, as other steps write there, too.
    expect(readFileSync(options.markdown, "utf8").match(/prod: no change/g)).toHaveLength(2);
    expect(readFileSync(options.html, "utf8")).toMatch(/^<!doctype html>/);
    expect(await readReportFile(options.report)).toEqual(report);
  });

  it("says which variable a comment needs, before anything is sent", async () => {
    vi.stubEnv("GITHUB_REPOSITORY", "");
    await expect(publishReport(report, { comment: true })).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining("GITHUB_REPOSITORY is not set"),
    });
    expect(github.requests).toEqual([]);
  });
});

/** Runs the command as a workflow does. */
async function runCommand(
  parameters: readonly string[],
  variables: Readonly<Record<string, string>>,
): Promise<{ code: number; out: string; err: string }> {
  const child = spawn(process.execPath, ["src/cli/okta-scim.ts", ...parameters], {
    cwd: root,
    env: { PATH: process.env["PATH"], ...actions(variables) },
  });
  const text = { out: "", err: "" };
  child.stdout.on("data", (chunk: Buffer) => {
    text.out += chunk.toString();
  });
  child.stderr.on("data", (chunk: Buffer) => {
    text.err += chunk.toString();
  });
  const [code] = await once(child, "close");
  return { code: Number(code), ...text };
}

describe("a preview that fails", () => {
  it("takes the place of an earlier commit's verdict, in the comment and in the job summary", async () => {
    const marker = "<!-- okta-scim:okta-scim/nowhere -->";
    github.comments.push({
      id: 1,
      number: 0,
      body: `${marker}\n\n### 🟢 nowhere: safe`,
      state: "open",
      user: { login: "github-actions[bot]", type: "Bot" },
    });
    const summary = join(folder, "summary.md");
    const { code } = await runCommand(["preview", "--stack", "nowhere", "--comment", "--markdown", summary], {
      PULL_REQUEST: "7",
      COMMIT: "badcab1e00000000000000000000000000000000",
    });
    expect(code).toBe(2);
    expect(github.comments).toHaveLength(1);
    const [comment] = github.comments;
    expect(comment?.body).toMatch(/^<!-- okta-scim:okta-scim\/nowhere -->\n\n### ❌ nowhere: no preview\n/);
    expect(comment?.body).toContain("of commit badcab1e0000 failed");
    expect(comment?.body).toContain("https://github.example/acme/identity/actions/runs/99");
    expect(comment?.body).not.toContain("safe");
    expect(readFileSync(summary, "utf8")).toBe(`${comment?.body}\n`);
  });

  it("tells a foreseen failure, which can't get out of its place, and nothing of one that nobody foresaw", async () => {
    const tell = async (error: unknown): Promise<string> => {
      const markdown = join(folder, "failure.md");
      await publishFailedPreview({ projectDir: root, stack: "prod", commit: undefined, markdown }, error);
      const text = readFileSync(markdown, "utf8");
      rmSync(markdown);
      return text;
    };
    const foreseen = await tell(new ReviewOutdatedError(["```", "@admin <b>"]));
    expect(foreseen).toContain("REVIEW_OUTDATED");
    expect(foreseen.match(/^```/gm)).toHaveLength(2);
    expect(foreseen.slice(foreseen.lastIndexOf("```"))).not.toContain("@admin");
    const unforeseen = await tell(new Error("token Kx-secret"));
    expect(unforeseen).toContain("An unexpected error ended it.");
    expect(unforeseen).not.toContain("Kx-secret");
  });
});

describe("an update that fails", () => {
  const failed = new GuardRailError([]);

  it("by its checks leaves them as JUnit XML and in the job summary", async () => {
    for (const [name, value] of Object.entries(actions({ GITHUB_SHA: "c0ffee" }))) vi.stubEnv(name, value);
    const options = { stack: "dev", junit: join(folder, "c.xml"), markdown: join(folder, "s.md") };
    await publishFailedUpdate(sampleReport, options, failed);
    expect(readFileSync(options.junit, "utf8")).toContain("<failure");
    const summary = readFileSync(options.markdown, "utf8");
    expect(summary).toMatch(/^## ❌ Checks failed: stack dev/);
    // A job summary has no folder that a relative link could lead to.
    expect(summary).toContain(
      "(https://github.example/acme/identity/blob/c0ffee/docs/troubleshooting.md#looppeoplepresent)",
    );
  });

  it("before its checks, or after they passed, says so in the job summary", async () => {
    const options = { stack: "dev", markdown: join(folder, "s.md") };
    await publishFailedUpdate(undefined, options, failed);
    expect(readFileSync(options.markdown, "utf8")).toMatch(
      /^### ❌ dev: the update failed\n[\s\S]*GUARD_RAIL_BROKEN/,
    );
    await publishFailedUpdate({ ...sampleReport, outcome: "pass" }, options, failed);
    expect(readFileSync(options.markdown, "utf8")).toMatch(
      /All checks passed: stack dev[\s\S]*the update failed/,
    );
  });
});

describe("okta-scim reviewed-run", () => {
  const head = "badcab1e00000000000000000000000000000000";

  const reviewedRun = () =>
    runCommand(["reviewed-run", "--stack", "prod"], {
      GITHUB_SHA: "c0ffee",
      GITHUB_OUTPUT: join(folder, "out"),
    });

  it("gives the next step the run that holds the report", async () => {
    github.lists.set("/commits/c0ffee/pulls", {
      items: [
        { number: 7, merged_at: "2026-11-22T10:00:00Z", merge_commit_sha: "c0ffee", head: { sha: head } },
      ],
    });
    github.lists.set("/actions/runs", {
      key: "workflow_runs",
      items: [
        {
          id: 41,
          path: ".github/workflows/pull-request.yml",
          event: "pull_request",
          conclusion: "success",
          head_sha: head,
          head_repository: { full_name: "acme/identity" },
        },
      ],
    });
    github.lists.set("/actions/runs/41/artifacts", {
      key: "artifacts",
      items: [{ name: "preview-prod", expired: false }],
    });
    const { code, out, err } = await reviewedRun();
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toContain("reviewed in pull request #7");
    expect(readFileSync(join(folder, "out"), "utf8")).toBe("run-id=41\n");
  });

  it("ends with 1 and the way out where nothing was reviewed", async () => {
    github.lists.set("/commits/c0ffee/pulls", { items: [] });
    const { code, err } = await reviewedRun();
    expect(code).toBe(1);
    expect(err).toContain("REVIEW_NOT_FOUND");
    expect(err).toContain("Run workflow");
  });
});

describe("exit codes", () => {
  it("are 1 for what stops an update, 2 for what is wrong with the input", () => {
    expect(exitCodeOf(new GuardRailError([]))).toBe(1);
    expect(exitCodeOf(new ReviewOutdatedError(["more"]))).toBe(1);
    expect(exitCodeOf(new ReviewMissingError("none"))).toBe(1);
    expect(exitCodeOf(new InvalidSpecError([], "wrong"))).toBe(2);
    expect(exitCodeOf(new ReportError("not a report"))).toBe(2);
    expect(exitCodeOf(new Error("unforeseen"))).toBe(1);
  });
});
