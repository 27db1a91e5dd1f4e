import { z } from "zod";
import type { GitHubClient } from "./github-client.ts";

const commentSchema = z.looseObject({ id: z.int(), body: z.string().nullish() });

/**
 * Writes the one comment of a stack on a pull request: found by its hidden marker over all pages of comments, updated in place, created when
 * there is none or when it was deleted in the meantime. Further comments that begin with the marker (two jobs raced) are deleted; one that
 * quotes it is somebody's answer and left alone.
 */
export async function writeStickyComment(
  client: GitHubClient,
  pullRequest: number,
  marker: string,
  body: string,
): Promise<"created" | "updated" | "unchanged"> {
  const found: z.infer<typeof commentSchema>[] = [];
  for await (const comment of client.list(`/issues/${pullRequest}/comments?per_page=100`, commentSchema))
    if (comment.body?.startsWith(marker) === true) found.push(comment);
  const [first, ...others] = found;
  for (const other of others) await client.call("DELETE", `/issues/comments/${other.id}`, undefined, [404]);
  if (first?.body === body) return "unchanged";
  if (first !== undefined) {
    const answer = await client.call("PATCH", `/issues/comments/${first.id}`, { body }, [404]);
    if (answer.status !== 404) return "updated";
  }
  await client.call("POST", `/issues/${pullRequest}/comments`, { body });
  return "created";
}
