import { z } from "zod";

const withoutControls = /^\P{Cc}*$/u;

/** A text for people: something is written in it, and nothing that moves a terminal's cursor. */
export const shownText = z
  .string()
  .trim()
  .min(1)
  .max(255)
  .regex(withoutControls, { error: "a text in one line, without control characters" });

/** An absolute http(s) URL. Which of them must be https is a rule of its own (SC1305). */
export const httpUrl = z
  .url({ protocol: /^https?$/, error: "an absolute URL, beginning with https://" })
  .max(1024);

/** A login or an email address of an Okta user. */
export const loginName = z.string().trim().min(1).max(100);

/** The id that Okta gives an object: 20 letters and digits, the first three telling its kind. */
export function oktaId(prefix: string, kind: string): z.ZodString {
  return z.string().regex(new RegExp(`^${prefix}[A-Za-z0-9]{5,30}$`), {
    error: `the id of ${kind}, beginning with ${prefix}`,
  });
}

/** A profile: values of the app user's attributes, by variable name. */
export const profileValues = z.record(
  z.string().regex(/^[A-Za-z]\w*$/, { error: "an attribute's variable name" }),
  z.union([z.string(), z.number(), z.boolean(), z.array(z.string()), z.array(z.number())]),
);
