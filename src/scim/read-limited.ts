/** The most bytes that a SCIM answer may have: 32 MiB, some hundred thousand members of a group. */
export const defaultMaxAnswerBytes = 32 * 1024 * 1024;

/**
 * A body of at most so many bytes: a server that never stops sending must not fill the memory.
 * @throws Error beyond the limit.
 */
export async function readLimited(body: AsyncIterable<Buffer>, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > limit) throw new Error(`the answer is longer than ${limit} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
