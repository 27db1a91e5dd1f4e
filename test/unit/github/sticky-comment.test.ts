import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { keepDriftIssue } from "../../../src/github/drift-issue.ts";
import { GitHubClient } from "../../../src/github/github-client.ts";
import { writeStickyComment } from "../../../src/github/sticky-comment.ts";
import { type GitHubDouble, startGitHubDouble } from "./github-double.ts";

const marker = "<!-- okta-scim:okta-scim/prod -->";
let github: GitHubDouble;
let client: GitHubClient;

beforeEach(async () => {
  github = await startGitHubDouble();
  client = new GitHubClient({ apiUrl: github.apiUrl, repository: "acme/identity", token: "test-token" });
});
afterEach(() => github.close());

/** A client that does not wait long for what is out of reach. */
function patient(): GitHubClient {
  return new GitHubClient({
    apiUrl: github.apiUrl,
    repository: "acme/identity",
    token: "test-token",
    pause: 1,
  });
}

const bot = { login: "github-actions[bot]", type: "Bot" };

function addComment(id: number, body: string, user = bot): void {
  github.comments.push({ id, number: 0, body, state: "open", user });
}

describe("the comment of a stack", () => {
  it("is created once, then updated in place, then left alone", async () => {
    expect(await writeStickyComment(client, 7, marker, `${marker} one`)).toBe("created");
    expect(await writeStickyComment(client, 7, marker, `${marker} two`)).toBe("updated");
    expect(await writeStickyComment(client, 7, marker, `${marker} two`)).toBe("unchanged");
    expect(github.comments.map((comment) => comment.body)).toEqual([`${marker} two`]);
  });

  it("is found on the third page of comments", async () => {
    for (let id = 1; id <= 250; id += 1) addComment(id, `talk ${id}`);
    addComment(251, `${marker} old`);
    expect(await writeStickyComment(client, 7, marker, `${marker} new`)).toBe("updated");
    expect(github.comments).toHaveLength(251);
    expect(github.comments[250]?.body).toBe(`${marker} new`);
  });

  it("is created anew when someone deletes it between reading and writing", async () => {
    addComment(1, `${marker} old`);
    github.onPatch = () => {
      github.comments.length = 0;
    };
    expect(await writeStickyComment(client, 7, marker, `${marker} new`)).toBe("created");
    expect(github.comments.map((comment) => comment.body)).toEqual([`${marker} new`]);
  });

  it("is one again after two jobs raced", async () => {
    addComment(1, `${marker} a`);
    addComment(2, `${marker} b`);
    await writeStickyComment(client, 7, marker, `${marker} c`);
    expect(github.comments.map((comment) => comment.body)).toEqual([`${marker} c`]);
  });

  it("leaves another stack's comment alone", async () => {
    addComment(1, "<!-- okta-scim:okta-scim/dev --> dev");
    expect(await writeStickyComment(client, 7, marker, `${marker} prod`)).toBe("created");
    expect(github.comments).toHaveLength(2);
  });

  it("leaves an answer alone that quotes it", async () => {
    addComment(1, `> ${marker}\n> safe\n\nIs it?`);
    expect(await writeStickyComment(client, 7, marker, `${marker} new`)).toBe("created");
    expect(github.comments.map((comment) => comment.body)).toEqual([
      `> ${marker}\n> safe\n\nIs it?`,
      `${marker} new`,
    ]);
  });

  it("is never one that somebody else wrote, who could edit the verdict afterwards", async () => {
    const forged = `${marker}\n\n### 🟢 prod: no change`;
    addComment(1, forged, { login: "mallory", type: "User" });
    expect(await writeStickyComment(client, 7, marker, `${marker} new`)).toBe("created");
    expect(await writeStickyComment(client, 7, marker, `${marker} newer`)).toBe("updated");
    expect(github.comments.map(({ body }) => body)).toEqual([forged, `${marker} newer`]);
  });

  it("is found again with a person's token, too", async () => {
    github.viewer = "deployer";
    addComment(1, `${marker} forged`, { login: "mallory", type: "User" });
    await writeStickyComment(client, 7, marker, `${marker} one`);
    expect(await writeStickyComment(client, 7, marker, `${marker} two`)).toBe("updated");
    expect(github.comments.map(({ body }) => body)).toEqual([`${marker} forged`, `${marker} two`]);
  });

  it("survives a broken connection, and is not written twice by one", async () => {
    addComment(1, `${marker} old`);
    github.breakNext(2);
    expect(await writeStickyComment(patient(), 7, marker, `${marker} new`)).toBe("updated");
    github.comments.length = 0;
    const written = patient().call("POST", "/issues/7/comments", { body: marker });
    github.breakNext(1);
    await expect(written).rejects.toMatchObject({ code: "GITHUB_UNREACHABLE" });
    expect(github.requests.filter((line) => line.startsWith("POST"))).toHaveLength(1);
  });

  it("is not written twice by a gateway that gave up on an answer, either", async () => {
    const written = patient().call("POST", "/issues/7/comments", { body: marker });
    github.failNext(502);
    await expect(written).rejects.toMatchObject({ code: "GITHUB_REFUSED", status: 502 });
    expect(github.requests.filter((line) => line.startsWith("POST"))).toHaveLength(1);
  });

  it("says so where something else than GitHub answers", async () => {
    github.showPageNext("<html>Please log in</html>");
    await expect(writeStickyComment(client, 7, marker, marker)).rejects.toMatchObject({
      code: "GITHUB_REFUSED",
      message:
        "GitHub answered 200 to GET /repos/acme/identity/issues/7/comments: not JSON but <html>Please log in</html>",
    });
  });

  it("takes a secondary rate limit without headers for one, and not for a missing right", async () => {
    const impatient = new GitHubClient({
      apiUrl: github.apiUrl,
      repository: "acme/identity",
      token: "test-token",
      longestWait: 59_999,
    });
    github.failNext(403, {}, "You have exceeded a secondary rate limit.");
    // It would wait a minute, which is longer than it may.
    await expect(writeStickyComment(impatient, 7, marker, `${marker} one`)).rejects.toMatchObject({
      message: expect.stringContaining("secondary rate limit"),
    });
    github.failNext(403, { "retry-after": "0" }, "You have exceeded a secondary rate limit.");
    expect(await writeStickyComment(impatient, 7, marker, `${marker} one`)).toBe("created");
  });

  it("waits until the hour's calls come back", async () => {
    const reset = Math.floor(Date.now() / 1000) - 1;
    github.failNext(403, { "x-ratelimit-remaining": "0", "x-ratelimit-reset": String(reset) });
    expect(await writeStickyComment(client, 7, marker, `${marker} one`)).toBe("created");
  });

  it("gives up on a server that stays broken, and says so", async () => {
    for (let attempt = 0; attempt < 4; attempt += 1) github.failNext(502);
    await expect(writeStickyComment(patient(), 7, marker, `${marker} one`)).rejects.toMatchObject({
      status: 502,
      remedy: expect.stringContaining("Run the job again"),
    });
    expect(github.comments).toEqual([]);
  });

  it("waits for a rate limit and goes on", async () => {
    github.failNext(403, { "retry-after": "0" });
    github.failNext(429, { "retry-after": "0" });
    expect(await writeStickyComment(client, 7, marker, `${marker} one`)).toBe("created");
  });

  it("says which permission is missing", async () => {
    github.failNext(403);
    await expect(writeStickyComment(client, 7, marker, `${marker} one`)).rejects.toMatchObject({
      code: "GITHUB_REFUSED",
      message: "GitHub answered 403 to GET /repos/acme/identity/issues/7/comments: as told",
      remedy: expect.stringContaining("pull-requests: write"),
    });
  });
});

describe("the drift issue of a stack", () => {
  const finding = { marker, title: "Drift in prod", body: `${marker}\nConnection disabled` };

  it("is found on the second page of issues, past another stack's and a person's that quotes it", async () => {
    const add = (number: number, body: string): void => {
      github.issues.push({ id: number, number, body, state: "open", title: "any" });
    };
    for (let number = 1; number <= 100; number += 1) add(number, `something else ${number}`);
    add(101, "<!-- okta-scim-drift:okta-scim/dev -->");
    add(102, `> ${marker}`);
    add(103, `${marker}\nold`);
    expect(await keepDriftIssue(client, "okta-scim-drift", finding)).toBe("updated");
    expect(github.issues).toHaveLength(103);
    expect(github.issues[102]).toMatchObject({ number: 103, body: finding.body });
  });

  it("is opened, updated while the drift changes, and closed when it is gone", async () => {
    expect(await keepDriftIssue(client, "okta-scim-drift", finding)).toBe("opened");
    expect(await keepDriftIssue(client, "okta-scim-drift", finding)).toBe("unchanged");
    expect(await keepDriftIssue(client, "okta-scim-drift", { ...finding, body: `${marker}\nMore` })).toBe(
      "updated",
    );
    expect(await keepDriftIssue(client, "okta-scim-drift", { ...finding, body: undefined })).toBe("closed");
    expect(await keepDriftIssue(client, "okta-scim-drift", { ...finding, body: undefined })).toBe("none");
    expect(github.issues).toMatchObject([
      { title: "Drift in prod", body: `${marker}\nMore`, state: "closed" },
    ]);
    expect(github.comments.map((comment) => comment.body)).toEqual([
      "No drift any more: Okta and the specs agree.",
    ]);
  });
});
