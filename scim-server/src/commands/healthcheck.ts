import { get as getHttp } from "node:http";
import { get as getHttps } from "node:https";
import { readEnvironment } from "../config/environment.ts";

const timeoutMilliseconds = 3000;

/** Asks the server of this container whether it can serve. Throws when it cannot: images need no shell for this. */
export async function checkHealth(variables: Readonly<Record<string, string | undefined>>): Promise<void> {
  const { port, tls } = readEnvironment(variables);
  const options = { host: "127.0.0.1", port, path: "/readyz", timeout: timeoutMilliseconds };
  const status = await new Promise<number | undefined>((resolve, reject) => {
    // The certificate names the public host, not this machine; who answers on its own loopback is known anyway.
    const request =
      tls === undefined ? getHttp(options) : getHttps({ ...options, rejectUnauthorized: false });
    request.once("response", (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    request.once("timeout", () => request.destroy(new Error("/readyz did not answer in time")));
    request.once("error", reject);
  });
  if (status !== 200) throw new Error(`/readyz answered ${status}`);
}
