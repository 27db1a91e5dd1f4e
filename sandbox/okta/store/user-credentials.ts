import { randomBytes, scryptSync, timingSafeEqual } from "node:crypto";
import { readNullableString } from "./sql.ts";
import type { StoreContext } from "./store-context.ts";

/** How a person signs in. Passwords and answers are kept as salted hashes only, and nobody can sign in here. */
export interface UserCredentials {
  /** Who checks the password: OKTA, IMPORT (a hash from elsewhere), FEDERATION or SOCIAL (another organization). */
  readonly providerType: string;
  readonly providerName: string;
  readonly recoveryQuestion: string | null;
}

const OKTA: UserCredentials = { providerType: "OKTA", providerName: "OKTA", recoveryQuestion: null };

/** Cheap for scrypt (about 2 ms), since creating ten thousand people with passwords must not take minutes. */
const HASH_COST = { N: 1_024, r: 8, p: 1 };

/** Credentials of people. Somebody without a row has Okta's provider, and at most a password that the org was filled with. */
export class UserCredentialStore {
  readonly #context: StoreContext;

  constructor(context: StoreContext) {
    this.#context = context;
  }

  get(userId: string): UserCredentials {
    const row = this.#context.sql.get(
      "SELECT provider_type, provider_name, recovery_question FROM user_credential WHERE user_id = ?",
      userId,
    );
    if (row === undefined) return OKTA;
    return {
      providerType: readNullableString(row, "provider_type") ?? OKTA.providerType,
      providerName: readNullableString(row, "provider_name") ?? OKTA.providerName,
      recoveryQuestion: readNullableString(row, "recovery_question"),
    };
  }

  setProvider(userId: string, type: string, name: string): void {
    this.#set(userId, { provider_type: type, provider_name: name });
  }

  /** Sets a password, which makes Okta the provider. */
  setPassword(userId: string, password: string): void {
    this.#set(userId, { password_hash: hash(password), provider_type: "OKTA", provider_name: "OKTA" });
  }

  /** Forgets the password: another system's hash, which cannot be compared here, takes its place. */
  importPassword(userId: string): void {
    this.#set(userId, { password_hash: null, provider_type: "IMPORT", provider_name: "IMPORT" });
  }

  setRecoveryQuestion(userId: string, question: string, answer: string): void {
    this.#set(userId, { recovery_question: question, recovery_answer_hash: hash(normalize(answer)) });
  }

  /** Whether this is the person's password; undefined where the org does not know it (imported, or filled from the org file). */
  isPassword(userId: string, password: string): boolean | undefined {
    const known = this.#hashOf(userId, "password_hash");
    return known === null ? undefined : matches(known, password);
  }

  /** Whether this answers the recovery question; undefined without one. Case does not matter, as in Okta. */
  isRecoveryAnswer(userId: string, answer: string): boolean | undefined {
    const known = this.#hashOf(userId, "recovery_answer_hash");
    return known === null ? undefined : matches(known, normalize(answer));
  }

  #hashOf(userId: string, column: "password_hash" | "recovery_answer_hash"): string | null {
    const row = this.#context.sql.get(`SELECT ${column} FROM user_credential WHERE user_id = ?`, userId);
    return row === undefined ? null : readNullableString(row, column);
  }

  #set(userId: string, values: Readonly<Record<string, string | null>>): void {
    const columns = Object.keys(values);
    const updates = columns.map((column) => `${column} = excluded.${column}`).join(", ");
    this.#context.sql.run(
      `INSERT INTO user_credential (user_id, ${columns.join(", ")}) VALUES (?${", ?".repeat(columns.length)})
       ON CONFLICT (user_id) DO UPDATE SET ${updates}`,
      userId,
      ...Object.values(values),
    );
  }
}

function hash(secret: string): string {
  const salt = randomBytes(16);
  return `${salt.toString("base64url")}.${derive(secret, salt).toString("base64url")}`;
}

function matches(stored: string, secret: string): boolean {
  const [salt = "", expected = ""] = stored.split(".");
  const known = Buffer.from(expected, "base64url");
  const given = derive(secret, Buffer.from(salt, "base64url"));
  return known.length === given.length && timingSafeEqual(known, given);
}

function derive(secret: string, salt: Buffer): Buffer {
  return scryptSync(secret, salt, 32, HASH_COST);
}

function normalize(answer: string): string {
  return answer.trim().toLowerCase();
}
