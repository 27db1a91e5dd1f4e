import { once } from "node:events";
import { createReadStream, createWriteStream } from "node:fs";
import { createInterface } from "node:readline";
import { finished } from "node:stream/promises";
import { readEnvironment } from "../config/environment.ts";
import { isJsonObject, parseJson } from "../json.ts";
import { exportTenant, importResource } from "../operation/tenant-transfer.ts";
import { openStorage } from "../storage/open-storage.ts";
import { BackupError } from "../storage/sql/table-dump.ts";

type Variables = Readonly<Record<string, string | undefined>>;

function reportError(error: unknown): void {
  process.stderr.write(`${String(error)}\n`);
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

/** Reads what {@link exportTenantToFile} wrote into a tenant; those who are there already (by id) are updated. */
export async function importTenantFromFile(
  variables: Variables,
  tenant: string,
  file: string,
): Promise<number> {
  const storage = await openStorage(readEnvironment(variables).storageUrl, reportError);
  try {
    let count = 0;
    for await (const line of createInterface({ input: createReadStream(file) })) {
      if (line === "") continue;
      const value = parseJson(line);
      if (!isJsonObject(value))
        throw new BackupError(`Line ${count + 1} is no resource.`, "Give an exported file.");
      await importResource(storage, tenant, value);
      count += 1;
    }
    return count;
  } finally {
    await storage.close();
  }
}
