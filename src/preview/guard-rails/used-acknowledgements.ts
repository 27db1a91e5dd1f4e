import { createHash } from "node:crypto";
import type { Acknowledgement } from "./evaluate.ts";
import type { GuardRailFinding } from "./finding.ts";

/**
 * Acknowledgements that earlier updates have used up, by fingerprint, with digests of what the last one was allowed by each: the engine deletes
 * after the program has ended, so an update that was recorded may have failed before it had done all of that, and the next one finishes it.
 */
export type UsedAcknowledgements = ReadonlyMap<string, readonly string[]>;

/** The part of a stack's outputs that tells them. */
export interface RecordedAcknowledgements {
  readonly usedAcknowledgements: readonly string[];
  readonly allowedLosses: Readonly<Record<string, readonly string[]>>;
}

/** What an acknowledgement is known by once it is used up: whoever changes a word of it has it reviewed anew. */
export function fingerprint(app: string, { kind, atMost, until, reason }: Acknowledgement): string {
  return digest(JSON.stringify([app, kind, atMost ?? null, until ?? null, reason]));
}

/** The acknowledgements that the last updates used up, by fingerprint, with the digests of the losses that each allowed. */
export function readUsed({
  usedAcknowledgements,
  allowedLosses,
}: RecordedAcknowledgements): UsedAcknowledgements {
  return new Map(usedAcknowledgements.map((one) => [one, allowedLosses[one] ?? []]));
}

/** What an update is allowed by each acknowledgement that it uses, for its record: no names, only their digests. */
export function recordLosses(
  findings: readonly GuardRailFinding[],
): RecordedAcknowledgements["allowedLosses"] {
  return Object.fromEntries(
    findings.flatMap(({ acknowledgement, names }) =>
      acknowledgement === undefined
        ? []
        : [[acknowledgement, names.map((name) => digestOf(acknowledgement, name)).sort()]],
    ),
  );
}

export interface UpdateRecord {
  readonly apps: readonly { readonly name: string; readonly acknowledgements: readonly Acknowledgement[] }[];
  /** The only application that the update is about; undefined for all. */
  readonly only: string | undefined;
  /** What this update is allowed by each acknowledgement. */
  readonly allowed: RecordedAcknowledgements["allowedLosses"];
  /** What earlier updates have used up. */
  readonly used: UsedAcknowledgements;
}

/** What an update leaves on record: its apps' acknowledgements are used up, needed or not; those of apps that it leaves alone stay as they are. */
export function recordUpdate({ apps, only, allowed, used }: UpdateRecord): RecordedAcknowledgements {
  const records = apps.flatMap(({ name, acknowledgements }) =>
    acknowledgements
      .map((one) => fingerprint(name, one))
      .filter((one) => only === undefined || only === name || used.has(one))
      .map((one) => [one, only === undefined || only === name ? allowed[one] : used.get(one)] as const),
  );
  return {
    usedAcknowledgements: [...new Set(records.map(([one]) => one))].sort(),
    allowedLosses: Object.fromEntries(
      records.flatMap(([one, losses]) => (losses === undefined ? [] : [[one, losses]])),
    ),
  };
}

/** Whether an acknowledgement allows nothing more: it was used, and these losses are not what that update had left to do. */
export function isUsedUp(
  used: UsedAcknowledgements,
  acknowledgement: string,
  names: readonly string[],
): boolean {
  const allowed = used.get(acknowledgement);
  if (allowed === undefined) return false;
  const digests = new Set(allowed);
  return names.length === 0 || !names.every((name) => digests.has(digestOf(acknowledgement, name)));
}

function digestOf(acknowledgement: string, name: string): string {
  return digest(JSON.stringify([acknowledgement, name]));
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}
