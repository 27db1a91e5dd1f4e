import { randomInt } from "node:crypto";

const alphabet = "abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";

/**
 * Passwords on their way to apps that sync them. They live in memory only and never in the database, a log or a page: after a
 * restart an app gets a random password instead, as with seed RANDOM.
 */
export class PasswordVault {
  readonly #passwords = new Map<string, string>();

  /** Keeps the password that a person has just set, until the process ends or the next one is set. */
  remember(userId: string, password: string): void {
    this.#passwords.set(userId, password);
  }

  /** The person's own password where it is known and wanted (seed OKTA), else a random one, as Okta sends with every new account. */
  choose(userId: string, seed: "OKTA" | "RANDOM"): string {
    const own = seed === "OKTA" ? this.#passwords.get(userId) : undefined;
    return own ?? createRandomPassword();
  }
}

/** A password of 16 letters and digits. */
function createRandomPassword(): string {
  return Array.from({ length: 16 }, () => alphabet.charAt(randomInt(alphabet.length))).join("");
}
