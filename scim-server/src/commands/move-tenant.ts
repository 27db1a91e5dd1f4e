import { once } from "node:events";
import { createReadStream, createWriteStream, existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import { finished } from "node:stream/promises";
import { readEnvironment } from "../config/environment.ts";
import { buildTenant, type Tenant } from "../config/tenant.ts";
import { parseTenantsFile } from "../config/tenants-file.ts";
import { isJsonObject, type JsonObject, parseJson } from "../json.ts";
import { exportTenant, importResource } from "../operation/tenant-transfer.ts";
import { openStorage } from "../storage/open-storage.ts";
import { BackupError } from "../storage/sql/table-dump.ts";

/** They share commits where the engine can: one for each would take most of the time. */
const importedTogether = 250;

type Variables = Readonly<Record<string, string | undefined>>;

function reportError(error: unknown): void {
  process.stderr.write(`${String(error)}\n`);
}

/** The tenant as the tenants file has it; undefined for one that it lacks. */
async function readTenant(configFile: string, tenant: string): Promise<Tenant | undefined> {
  if (!existsSync(configFile)) return undefined;
  const { tenants } = parseTenantsFile(await readFile(configFile, "utf8"));
  const config = tenants.find(({ name }) => name === tenant);
  return config && buildTenant(config);
}

/** Writes a tenant's people and groups as JSON lines. Answers how many. */
export async function exportTenantToFile(
  variables: Variables,
  tenant: string,
  file: string,
): Promise<number> {
  const storage = await openStorage(readEnvironment(variables).storageUrl, reportError);
  const output = createWriteStream(file, { mode: 0o600 });
  try {
    let count = 0;
    for await (const resource of exportTenant(storage, tenant)) {
      if (!output.write(`${JSON.stringify(resource)}\n`)) await once(output, "drain");
      count += 1;
    }
    return count;
  } finally {
    output.end();
    await finished(output);
    await storage.close();
  }
}

/**
 * Reads what {@link exportTenantToFile} wrote into a tenant; those who are there already (by id) are updated. Answers
 * how many.
 */
export async function importTenantFromFile(
  variables: Variables,
  tenant: string,
  file: string,
): Promise<number> {
  const { storageUrl, configFile } = readEnvironment(variables);
  const configured = await readTenant(configFile, tenant);
  const storage = await openStorage(storageUrl, reportError);
  const incomplete: JsonObject[] = [];
  const importOne = async (resource: JsonObject): Promise<void> => {
    if (!(await importResource(storage, tenant, resource, configured))) incomplete.push(resource);
  };
  try {
    let count = 0;
    let refreshAt = importedTogether;
    let together: JsonObject[] = [];
    for await (const line of createInterface({ input: createReadStream(file) })) {
      if (line === "") continue;
      const value = parseJson(line);
      if (!isJsonObject(value))
        throw new BackupError(`Line ${count + 1} is no resource.`, "Give an exported file.");
      together.push(value);
      count += 1;
      if (together.length < importedTogether) continue;
      await Promise.all(together.map(importOne));
      together = [];
      // Each resource is looked for before it is written: what that costs depends on the statistics.
      if (count < refreshAt) continue;
      await storage.refreshStatistics();
      refreshAt *= 10;
    }
    await Promise.all(together.map(importOne));
    for (const group of incomplete) await importResource(storage, tenant, group, configured);
    await storage.refreshStatistics();
    return count;
  } finally {
    await storage.close();
  }
}
