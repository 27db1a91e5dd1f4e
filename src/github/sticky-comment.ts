import { z } from "zod";
import type { GitHubClient } from "./github-client.ts";

const commentSchema = z.looseObject({
  id: z.int(),
  body: z.string().nullish(),
  user: z.looseObject({ login: z.string(), type: z.string() }).nullish(),
});
type Comment = z.infer<typeof commentSchema>;

/**
 * Writes the one comment of a stack on a pull request: found by its hidden marker over all pages of comments, updated in place, created when
 * there is none or when it was deleted in the meantime. Further comments that begin with the marker (two jobs raced) are deleted; one that
 * quotes it is somebody's answer and left alone. So is one with the marker that somebody else wrote: its author could edit the verdict.
 */
export async function writeStickyComment(
  client: GitHubClient,
  pullRequest: number,
  marker: string,
  body: string,
): Promise<"created" | "updated" | "unchanged"> {
  const marked: Comment[] = [];
  for await (const comment of client.list(`/issues/${pullRequest}/comments?per_page=100`, commentSchema))
    if (comment.body?.startsWith(marker) === true) marked.push(comment);
  const [first, ...others] = marked.length === 0 ? [] : await ownComments(client, marked);
  for (const other of others) await client.call("DELETE", `/issues/comments/${other.id}`, undefined, [404]);
  if (first?.body === body) return "unchanged";
  if (first !== undefined) {
    const answer = await client.call("PATCH", `/issues/comments/${first.id}`, { body }, [404]);
    if (answer.status !== 404) return "updated";
  }
  await client.call("POST", `/issues/${pullRequest}/comments`, { body });
  return "created";
}

/** A workflow's own token can't ask who it is; its comments are those of a bot. */
async function ownComments(client: GitHubClient, comments: readonly Comment[]): Promise<readonly Comment[]> {
  const login = await client.viewer();
  return comments.filter(({ user }) => (login === undefined ? user?.type === "Bot" : user?.login === login));
}
