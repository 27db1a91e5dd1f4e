import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { readEnvironment } from "../config/environment.ts";
import { buildTenant, type Tenant } from "../config/tenant.ts";
import { parseTenantsFile } from "../config/tenants-file.ts";
import { parseUntrustedJson } from "../json.ts";
import { exportTenant, importResource } from "../operation/tenant-transfer.ts";
import { jsonLimits } from "../protocol/json-body.ts";
import { openStorage } from "../storage/open-storage.ts";
import { BackupError } from "../storage/sql/table-dump.ts";
import { type Storage, StorageUnavailableError, UniquenessViolation } from "../storage/storage.ts";
import { readLines, writeLines } from "./line-file.ts";

/**
 * With SQLite, what is written together shares a commit. With PostgreSQL it only waits for one another, for each change
 * gets the tenant's next number; and nobody may wait for a connection for ever.
 */
const importedTogether = { sqlite: 250, postgres: 8 };

/** A line has what a request's body has, one level deeper. */
const lineLimits = { ...jsonLimits, maxDepth: jsonLimits.maxDepth + 1 };

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
  const { storageUrl, configFile } = readEnvironment(variables);
  const storage = await openStorage(storageUrl, reportError);
  try {
    return await writeLines(file, async (write) => {
      let count = 0;
      for await (const resource of exportTenant(storage, tenant)) {
        await write(JSON.stringify(resource));
        count += 1;
      }
      if (count === 0 && (await readTenant(configFile, tenant)) === undefined) {
        throw new BackupError(
          `There is no tenant ${tenant}.`,
          "Give a tenant's name as the tenants file has it.",
        );
      }
      return count;
    });
  } finally {
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
  const incomplete: Line[] = [];
  const importOne = async (line: Line): Promise<void> => {
    if (!(await importLine(storage, tenant, line, configured))) incomplete.push(line);
  };
  try {
    let count = 0;
    let together: Line[] = [];
    let number = 0;
    const width = importedTogether[storage.dialect.name];
    for await (const text of readLines(file)) {
      number += 1;
      if (text.trim() === "") continue;
      together.push({ number, text });
      count += 1;
      if (together.length < width) continue;
      await Promise.all(together.map(importOne));
      together = [];
    }
    await Promise.all(together.map(importOne));
    for (const group of incomplete) await importLine(storage, tenant, group, configured);
    await storage.refreshStatistics();
    // Else a server that is started next has it to do beside its requests.
    await storage.changeLog.catchUp(tenant);
    return count;
  } finally {
    await storage.close();
  }
}

interface Line {
  /** From 1. */
  readonly number: number;
  readonly text: string;
}

/** Imports a line and answers whether it is complete. Throws {@link BackupError}, which names the line. */
async function importLine(
  storage: Storage,
  tenant: string,
  { number, text }: Line,
  configured: Tenant | undefined,
): Promise<boolean> {
  try {
    return await importResource(storage, tenant, parseUntrustedJson(text, lineLimits), configured);
  } catch (error) {
    if (error instanceof StorageUnavailableError) throw error;
    const reason =
      error instanceof UniquenessViolation
        ? "somebody else of the tenant has this userName"
        : error instanceof Error
          ? error.message
          : String(error);
    throw new BackupError(
      `Line ${number} cannot be imported: ${reason}`,
      "Correct the line and import the file again; what came before it is there, and is not doubled.",
    );
  }
}
