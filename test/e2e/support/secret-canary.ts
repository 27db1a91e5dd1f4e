import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { request } from "undici";
import { z } from "zod";
import { deriveConnectionToken } from "../../../src/program/connection-token.ts";
import { planOf } from "./compare-people.ts";

const addressSchema = z.object({ apiToken: z.string(), adminUrl: z.string() });

/**
 * The files that are there to keep secrets, readable by their owner only; and the emulated org's database, which keeps what Okta would keep in
 * its own vault.
 */
const vaults = [
  /^token-key$/,
  /^passphrase$/,
  /^okta\/address\.json$/,
  /^okta\/api-token$/,
  /^okta\/org\.sqlite/,
  /^okta\/.*\.(pem|jwk|key)$/,
];
const mostPages = 60;

/** Every secret of a clone's sandbox by what it is. */
export function secretsOf(folder: string): ReadonlyMap<string, string> {
  const tokenKey = readFileSync(join(folder, ".sandbox", "token-key"), "utf8").trim();
  const address = readAddress(folder);
  return new Map([
    ["token key", tokenKey],
    ["passphrase", readFileSync(join(folder, ".sandbox", "passphrase"), "utf8").trim()],
    ["API token of the org", address.apiToken],
    ...planOf(folder).map((app): [string, string] => [
      `token of ${app.name}`,
      deriveConnectionToken(tokenKey, {
        stack: "dev",
        tenant: app.server.tenant ?? app.name,
        version: app.connection.tokenVersion,
      }),
    ]),
  ]);
}

/** Where a secret stands in clear: files outside of the vaults, given texts, the container's description and logs, every page. */
export async function findSecret(
  folder: string,
  secrets: ReadonlyMap<string, string>,
  texts: readonly string[],
  container: string,
): Promise<string[]> {
  const places = new Map<string, string>();
  const sandbox = join(folder, ".sandbox");
  for (const entry of readdirSync(sandbox, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const name = relative(sandbox, path);
    if (!entry.isFile()) continue;
    if (vaults.some((vault) => vault.test(name))) {
      if (!name.startsWith("okta/org.sqlite") && (statSync(path).mode & 0o077) !== 0)
        places.set(`${name} is readable by others`, [...secrets.values()].join());
      continue;
    }
    places.set(name, readFileSync(path, "latin1"));
  }
  for (const [index, text] of texts.entries()) places.set(`output ${index}`, text);
  for (const command of [
    ["inspect", container],
    ["logs", container],
  ])
    places.set(
      `docker ${command[0]}`,
      execFileSync("docker", command, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }),
    );
  for (const [url, page] of await crawl(readAddress(folder).adminUrl)) places.set(url, page);
  return [...places].flatMap(([place, text]) =>
    [...secrets].filter(([, secret]) => text.includes(secret)).map(([what]) => `${what} in ${place}`),
  );
}

async function crawl(start: string): Promise<Map<string, string>> {
  const pages = new Map<string, string>();
  const waiting = [start];
  while (pages.size < mostPages) {
    const url = waiting.shift();
    if (url === undefined) break;
    if (pages.has(url)) continue;
    const page = await (await request(url, { headers: { accept: "text/html" } })).body.text();
    pages.set(url, page);
    for (const match of page.matchAll(/href="([^"#]+)"/g)) {
      const target = new URL((match[1] ?? "").replaceAll("&amp;", "&"), url);
      if (target.origin === new URL(start).origin) waiting.push(target.href);
    }
  }
  return pages;
}

function readAddress(folder: string): z.infer<typeof addressSchema> {
  return addressSchema.parse(
    JSON.parse(readFileSync(join(folder, ".sandbox", "okta", "address.json"), "utf8")),
  );
}
