import { z } from "zod";
import { httpUrl, shownText } from "./text.ts";

const autoLoginSchema = z
  .strictObject({
    mode: z.literal("auto_login"),
    signOnUrl: httpUrl
      .optional()
      .describe("The address of the login page. A custom app needs it; a catalog app knows its own."),
    signOnRedirectUrl: httpUrl.optional().describe("Where the browser goes after the login."),
    credentialsScheme: z
      .enum([
        "EDIT_USERNAME_AND_PASSWORD",
        "ADMIN_SETS_CREDENTIALS",
        "EDIT_PASSWORD_ONLY",
        "EXTERNAL_PASSWORD_SYNC",
      ])
      .default("EDIT_USERNAME_AND_PASSWORD")
      .describe("Who sets user name and password."),
    revealPassword: z.boolean().default(false).describe("Whether people may see their password in Okta."),
  })
  .describe("Okta fills the app's own login page.");

const swaSchema = z
  .strictObject({
    mode: z.literal("swa"),
    url: httpUrl.optional().describe("The address of the login page. A custom app needs it."),
    urlRegex: shownText.optional().describe("A regular expression that the login page's address matches."),
    usernameField: shownText
      .optional()
      .describe("CSS selector of the user name's field. A custom app needs it."),
    passwordField: shownText
      .optional()
      .describe("CSS selector of the password's field. A custom app needs it."),
    buttonField: shownText.optional().describe("CSS selector of the login button. A custom app needs it."),
    checkbox: shownText.optional().describe("CSS selector of a checkbox to tick."),
    redirectUrl: httpUrl.optional().describe("Where the browser goes after the login."),
  })
  .describe("Secure Web Authentication: the browser plugin fills a login page.");

const attributeStatementSchema = z
  .strictObject({
    name: shownText.describe("The attribute's name in the assertion."),
    namespace: z
      .enum([
        "urn:oasis:names:tc:SAML:2.0:attrname-format:unspecified",
        "urn:oasis:names:tc:SAML:2.0:attrname-format:uri",
        "urn:oasis:names:tc:SAML:2.0:attrname-format:basic",
      ])
      .default("urn:oasis:names:tc:SAML:2.0:attrname-format:unspecified")
      .describe("The format of the name."),
    type: z
      .enum(["EXPRESSION", "GROUP"])
      .default("EXPRESSION")
      .describe("A value by expression, or names of groups."),
    values: z.array(shownText).optional().describe("Okta expressions; with type EXPRESSION."),
    filterType: z
      .enum(["EQUALS", "STARTS_WITH", "CONTAINS", "REGEX"])
      .optional()
      .describe("How groups are chosen; with type GROUP."),
    filterValue: shownText.optional().describe("What the groups' names are compared with; with type GROUP."),
  })
  .describe("One attribute of the SAML assertion.");

const samlSchema = z
  .strictObject({
    mode: z.literal("saml"),
    ssoUrl: httpUrl
      .optional()
      .describe("The assertion consumer service: where the assertion is posted. A custom app needs it."),
    audience: shownText.optional().describe("The service provider's entity id. A custom app needs it."),
    recipient: httpUrl.optional().describe("Without it, `ssoUrl`."),
    destination: httpUrl.optional().describe("Without it, `ssoUrl`."),
    subjectNameIdTemplate: shownText.default(`\${user.userName}`).describe("What the subject's name id is."),
    subjectNameIdFormat: z
      .enum([
        "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified",
        "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress",
        "urn:oasis:names:tc:SAML:1.1:nameid-format:x509SubjectName",
        "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent",
        "urn:oasis:names:tc:SAML:2.0:nameid-format:transient",
      ])
      .default("urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified")
      .describe("The name id's format."),
    responseSigned: z.boolean().default(true).describe("Whether the response is signed."),
    assertionSigned: z.boolean().default(true).describe("Whether the assertion is signed."),
    signatureAlgorithm: z
      .enum(["RSA_SHA256", "RSA_SHA1"])
      .default("RSA_SHA256")
      .describe("RSA_SHA1 is weak: only for what cannot do better."),
    digestAlgorithm: z
      .enum(["SHA256", "SHA1"])
      .default("SHA256")
      .describe("SHA1 is weak: only for what cannot do better."),
    honorForceAuthn: z
      .boolean()
      .default(true)
      .describe("Whether people sign in again when the service provider asks for it."),
    authnContextClassRef: z
      .string()
      .default("urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport")
      .describe("The authentication context that the assertion states."),
    idpIssuer: shownText.optional().describe("Okta's entity id for this app; without it, Okta's own."),
    defaultRelayState: z
      .string()
      .max(1024)
      .optional()
      .describe("Where people land after a sign-on that Okta began."),
    authenticationPolicy: shownText
      .optional()
      .describe("The id of the app's authentication policy; without it, Okta's default policy."),
    attributeStatements: z
      .array(attributeStatementSchema)
      .default([])
      .describe("The attributes of the assertion."),
  })
  .describe("SAML 2.0.");

/** How people sign on. Okta lets SCIM be added to these three modes. */
export const signOnSchema = z.discriminatedUnion("mode", [autoLoginSchema, swaSchema, samlSchema]);
