import { z } from "zod";
import type { OktaApp } from "../../okta/apps.ts";
import { OktaAnswerError } from "../../okta/okta-error.ts";

const text = z.string().nullish();
const flag = z.boolean().nullish();
const json = z.record(z.string(), z.json());

const statementSchema = z.looseObject({
  type: text,
  name: text,
  namespace: text,
  values: z.array(z.string()).nullish(),
  filterType: text,
  filterValue: text,
});

/** `settings.signOn`: of apps whose login page is filled in, of custom SAML apps, and of SAML apps of the catalog. */
const signOnSchema = z.looseObject({
  loginUrl: text,
  redirectUrl: text,
  ssoAcsUrl: text,
  audience: text,
  recipient: text,
  destination: text,
  subjectNameIdTemplate: text,
  subjectNameIdFormat: text,
  responseSigned: flag,
  assertionSigned: flag,
  signatureAlgorithm: text,
  digestAlgorithm: text,
  honorForceAuthn: flag,
  authnContextClassRef: text,
  idpIssuer: text,
  defaultRelayState: text,
  attributeStatements: z.array(statementSchema).nullish(),
  ssoAcsUrlOverride: text,
  audienceOverride: text,
  recipientOverride: text,
  destinationOverride: text,
  slo: z.looseObject({ enabled: flag }).nullish(),
  allowMultipleAcsEndpoints: flag,
  inlineHooks: z.array(z.json()).nullish(),
  samlSignedRequestEnabled: flag,
  assertionEncryption: z.looseObject({ enabled: flag }).nullish(),
});
export type OktaSignOn = z.infer<typeof signOnSchema>;

const detailsSchema = z.looseObject({
  accessibility: z
    .looseObject({ selfService: flag, errorRedirectUrl: text, loginRedirectUrl: text })
    .nullish(),
  visibility: z
    .looseObject({
      autoLaunch: flag,
      autoSubmitToolbar: flag,
      hide: z.looseObject({ iOS: flag, web: flag }).nullish(),
      appLinks: z.record(z.string(), z.boolean()).nullish(),
    })
    .nullish(),
  credentials: z
    .looseObject({
      scheme: text,
      revealPassword: flag,
      userNameTemplate: z
        .looseObject({ template: text, type: text, suffix: text, pushStatus: text })
        .nullish(),
    })
    .nullish(),
  settings: z
    .looseObject({
      app: json.nullish(),
      notes: z.looseObject({ admin: text, enduser: text }).nullish(),
      signOn: signOnSchema.nullish(),
      implicitAssignment: flag,
    })
    .nullish(),
  _links: z.looseObject({ accessPolicy: z.looseObject({ href: z.string() }).nullish() }).nullish(),
});

/** The members of an application that only an adoption reads: how people sign on, what they see, what the app is set to. */
export type OktaAppDetails = z.infer<typeof detailsSchema>;

/**
 * Reads them from the answer of `GET /api/v1/apps/{id}`.
 * @throws OktaAnswerError where one has another form than Okta documents
 */
export function readAppDetails(app: OktaApp): OktaAppDetails {
  const parsed = detailsSchema.safeParse(app);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new OktaAnswerError(
    `GET /api/v1/apps/${app.id}`,
    `${issue?.path.join(".") ?? "the body"}: ${issue?.message ?? "invalid"}`,
  );
}
