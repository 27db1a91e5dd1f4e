import { redactJson } from "../okta/redaction.ts";

/** One HTTP exchange as evidence: redacted and short. */
export interface Exchange {
  /** `GET https://scim.example.com/payroll/scim/v2/Users?count=1` and, for writes, the beginning of the body. */
  readonly request: string;
  /** `200 application/scim+json {"schemas":…`, or why there was no answer. */
  readonly answer: string;
}

const excerptLength = 300;

/** The beginning of a body on one line. */
export function excerpt(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length <= excerptLength ? line : `${line.slice(0, excerptLength)}…`;
}

/** A read of Okta as evidence: the request, and the members of the answer that decide, with secrets masked. */
export function describeRead(request: string, answer: unknown): Exchange {
  return { request, answer: excerpt(JSON.stringify(redactJson(answer)) ?? "nothing") };
}
