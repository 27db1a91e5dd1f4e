const mask = "***";

/**
 * Makes a function that masks a credential wherever it shows up in text: the whole `Authorization` value, the part after its
 * scheme, and for Basic also `user:password` and the password, since servers echo what they were sent.
 */
export function createCredentialRedactor(authorization: string | undefined): (text: string) => string {
  const secrets = authorization === undefined ? [] : listSecrets(authorization.trim());
  if (secrets.length === 0) return (text) => text;
  return (text) => secrets.reduce((masked, secret) => masked.replaceAll(secret, mask), text);
}

function listSecrets(authorization: string): string[] {
  const secrets = new Set([authorization]);
  const [scheme, ...rest] = authorization.split(/\s+/);
  const credential = rest.join(" ");
  if (credential !== "") secrets.add(credential);
  if (scheme?.toLowerCase() === "basic" && credential !== "") {
    const pair = Buffer.from(credential, "base64").toString("utf8");
    secrets.add(pair);
    secrets.add(pair.slice(pair.indexOf(":") + 1));
  }
  return [...secrets].filter((secret) => secret !== "").sort((left, right) => right.length - left.length);
}
