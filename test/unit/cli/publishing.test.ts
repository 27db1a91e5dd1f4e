import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { exitCodeOf } from "../../../src/cli/failure.ts";
import { publishReport, readReportFile } from "../../../src/cli/publish-report.ts";
import { ReviewMissingError } from "../../../src/github/reviewed-run.ts";
import { GuardRailError, ReviewOutdatedError } from "../../../src/operations/guard-update.ts";
import type { PreviewReport } from "../../../src/preview/report.ts";
import { ReportError } from "../../../src/preview/report-schema.ts";
import { InvalidSpecError } from "../../../src/spec/spec-issue.ts";
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

describe("okta-scim reviewed-run", () => {
  const head = "badcab1e00000000000000000000000000000000";

  async function runCommand(): Promise<{ code: number; out: string; err: string }> {
    const child = spawn(process.execPath, ["src/cli/okta-scim.ts", "reviewed-run", "--stack", "prod"], {
      cwd: root,
      env: {
        PATH: process.env["PATH"],
        ...actions({ GITHUB_SHA: "c0ffee", GITHUB_OUTPUT: join(folder, "out") }),
      },
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
    const { code, out, err } = await runCommand();
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toContain("reviewed in pull request #7");
    expect(readFileSync(join(folder, "out"), "utf8")).toBe("run-id=41\n");
  });

  it("ends with 1 and the way out where nothing was reviewed", async () => {
    github.lists.set("/commits/c0ffee/pulls", { items: [] });
    const { code, err } = await runCommand();
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
