import { readEnvironment } from "../config/environment.ts";

const timeoutMilliseconds = 3000;

/** Asks the server of this container whether it can serve. Throws when it cannot: images need no shell for this. */
export async function checkHealth(variables: Readonly<Record<string, string | undefined>>): Promise<void> {
  const { port } = readEnvironment(variables);
  const response = await fetch(`http://127.0.0.1:${port}/readyz`, {
    signal: AbortSignal.timeout(timeoutMilliseconds),
  });
  await response.body?.cancel();
  if (!response.ok) throw new Error(`/readyz answered ${response.status}`);
}
