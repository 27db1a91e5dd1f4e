import { z } from "zod";
import { scimUrn } from "../../scim/scim-messages.ts";
import { CheckFailure, demand } from "../check.ts";
import type { ProbeAnswer } from "../scim-probe.ts";

/** A user as Okta's SPEC suite demands it of the first list page and of reads. */
const userSchema = z.looseObject({
  id: z.string().min(1),
  userName: z.string().min(1),
  active: z.boolean(),
  name: z.looseObject({ familyName: z.string(), givenName: z.string() }),
  emails: z.array(z.looseObject({ value: z.string() })).min(1),
});
export type SpecUser = z.infer<typeof userSchema>;

const listSchema = z.looseObject({
  schemas: z.array(z.string()).refine((schemas) => schemas.includes(scimUrn.listResponse), {
    error: `does not hold ${scimUrn.listResponse}`,
  }),
  totalResults: z.int(),
  startIndex: z.int().optional(),
  itemsPerPage: z.int().optional(),
  Resources: z.array(z.looseObject({ id: z.string() })).optional(),
});
type SpecList = z.infer<typeof listSchema>;

const errorSchema = z.looseObject({
  schemas: z.array(z.string()).refine((schemas) => schemas.includes(scimUrn.error), {
    error: `does not hold ${scimUrn.error}`,
  }),
  detail: z.string().min(1),
  status: z.union([z.string(), z.int()]),
});

const fixServer = "Correct the SCIM server's answer; Okta's client reads it the same way.";

/** Fails unless the answer has this status. */
export function demandStatus(answer: ProbeAnswer, status: number, remedy: string = fixServer): void {
  demand(answer.status === status, `The server answered ${answer.status} where ${status} is right.`, remedy);
}

/** The body as a list (RFC 7644 section 3.4.2) whose counters are JSON numbers, as Okta insists. */
export function demandList(answer: ProbeAnswer): SpecList {
  demandStatus(answer, 200);
  return demandShape(answer, listSchema, "a ListResponse");
}

/** The body as a user with all that Okta's SPEC suite asks for. */
export function demandUser(answer: ProbeAnswer): SpecUser {
  return demandShape(answer, userSchema, "a User with all that Okta needs");
}

/** A value inside a body as such a user; for list elements. */
export function demandUserIn(answer: ProbeAnswer, value: unknown): SpecUser {
  return demandShape({ ...answer, json: value }, userSchema, "a User with all that Okta needs");
}

/** The status, and a SCIM error body in JSON (RFC 7644 section 3.12) that names the same status: Okta shows its `detail` to people. */
export function demandError(answer: ProbeAnswer, status: number): void {
  demandStatus(answer, status);
  const error = demandShape(answer, errorSchema, "a SCIM error");
  demand(
    String(error.status) === String(status),
    `The error's status is ${JSON.stringify(error.status)}, the answer's is ${status}.`,
    fixServer,
  );
}

/** The body checked against a schema. */
export function demandShape<Output>(answer: ProbeAnswer, schema: z.ZodType<Output>, what: string): Output {
  if (answer.json === undefined) {
    throw new CheckFailure(
      `The body is not JSON (${answer.contentType || "no content type"}).`,
      'Answer every request in JSON, errors too: Okta shows "Invalid JSON" otherwise, which hides the cause. A proxy may answer in the server\'s place.',
    );
  }
  const parsed = schema.safeParse(answer.json);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(
    (issue) => `${issue.path.join(".") || "the body"}: ${issue.message}`,
  );
  throw new CheckFailure(`The body is not ${what}.`, fixServer, { details: problems });
}
