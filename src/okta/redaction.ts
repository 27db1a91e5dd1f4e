const mask = "[secret]";

/** Names of JSON members whose values are secrets in requests and answers of the Management API. */
const secretMembers = new Set([
  "token",
  "apitoken",
  "clientsecret",
  "client_secret",
  "password",
  "access_token",
  "client_assertion",
  "privatekey",
]);

/**
 * A function that masks the given secrets wherever they appear in a text. Secrets of fewer than 4 characters are not masked:
 * they would shred ordinary words.
 */
export function createRedactor(secrets: readonly string[]): (text: string) => string {
  const longestFirst = [...new Set(secrets)]
    .filter((secret) => secret.length >= 4)
    .sort((a, b) => b.length - a.length);
  return (text) => longestFirst.reduce((redacted, secret) => redacted.replaceAll(secret, mask), text);
}

/** A copy of a JSON value with the values of all members that hold secrets masked, however deep. */
export function redactJson(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(redactJson);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      secretMembers.has(name.toLowerCase()) && holdsSomething(member) ? mask : redactJson(member),
    ]),
  );
}

/** Whether a member may be the secret itself, or hold it: `password: { value }`. */
function holdsSomething(member: unknown): boolean {
  return member !== null && member !== undefined && typeof member !== "boolean";
}
