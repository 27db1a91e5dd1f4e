import type * as okta from "@pulumi/okta";
import type { AppPlan } from "../spec/plan-types.ts";
import type { SignOnSpec } from "../spec/schema/spec-schema.ts";

/** The inputs that apps of every sign-on mode have, all of them said, so that what someone changes in the console shows as a difference. */
function commonAppArguments(plan: AppPlan) {
  const { app } = plan;
  const { template, type, suffix, push } = app.userNameTemplate;
  return {
    label: plan.label,
    status: plan.status,
    preconfiguredApp: plan.catalogName,
    appSettingsJson: app.settings === undefined ? undefined : JSON.stringify(app.settings),
    userNameTemplate: template,
    userNameTemplateType: type,
    userNameTemplateSuffix: suffix,
    userNameTemplatePushStatus: push === undefined ? undefined : push === "always" ? "PUSH" : "DONT_PUSH",
    hideIos: app.visibility.hideIos,
    hideWeb: app.visibility.hideWeb,
    autoSubmitToolbar: app.visibility.autoSubmitToolbar,
    accessibilitySelfService: app.accessibility.selfService,
    accessibilityErrorRedirectUrl: app.accessibility.errorRedirectUrl,
    accessibilityLoginRedirectUrl: app.accessibility.loginRedirectUrl,
    adminNote: app.notes.admin,
    enduserNote: app.notes.enduser,
  };
}

/** An app whose users Okta's browser plugin signs on (AUTO_LOGIN), as the provider takes it. */
export function autoLoginArguments(
  plan: AppPlan,
  signOn: Extract<SignOnSpec, { mode: "auto_login" }>,
): okta.app.AutoLoginArgs {
  return {
    ...commonAppArguments(plan),
    signOnUrl: signOn.signOnUrl,
    signOnRedirectUrl: signOn.signOnRedirectUrl,
    credentialsScheme: signOn.credentialsScheme,
    revealPassword: signOn.revealPassword,
  };
}

/** An app whose own form the browser plugin fills in (BROWSER_PLUGIN), as the provider takes it. */
export function swaArguments(plan: AppPlan, signOn: Extract<SignOnSpec, { mode: "swa" }>): okta.app.SwaArgs {
  return {
    ...commonAppArguments(plan),
    url: signOn.url,
    urlRegex: signOn.urlRegex,
    usernameField: signOn.usernameField,
    passwordField: signOn.passwordField,
    buttonField: signOn.buttonField,
    checkbox: signOn.checkbox,
    redirectUrl: signOn.redirectUrl,
  };
}

/** A catalog app knows its SAML settings: only what can differ between customers is sent for it. */
export function samlArguments(
  plan: AppPlan,
  signOn: Extract<SignOnSpec, { mode: "saml" }>,
): okta.app.SamlArgs {
  const addresses = {
    ssoUrl: signOn.ssoUrl,
    audience: signOn.audience,
    recipient: signOn.recipient ?? signOn.ssoUrl,
    destination: signOn.destination ?? signOn.ssoUrl,
    defaultRelayState: signOn.defaultRelayState,
    authenticationPolicy: signOn.authenticationPolicy,
    attributeStatements: signOn.attributeStatements.map(
      ({ name, namespace, type, values, filterType, filterValue }) => ({
        name,
        namespace,
        type,
        ...(type === "GROUP" ? { filterType, filterValue } : { values }),
      }),
    ),
  };
  if (plan.catalogName !== undefined) return { ...commonAppArguments(plan), ...addresses };
  return {
    ...commonAppArguments(plan),
    ...addresses,
    subjectNameIdTemplate: signOn.subjectNameIdTemplate,
    subjectNameIdFormat: signOn.subjectNameIdFormat,
    responseSigned: signOn.responseSigned,
    assertionSigned: signOn.assertionSigned,
    signatureAlgorithm: signOn.signatureAlgorithm,
    digestAlgorithm: signOn.digestAlgorithm,
    honorForceAuthn: signOn.honorForceAuthn,
    authnContextClassRef: signOn.authnContextClassRef,
    idpIssuer: signOn.idpIssuer,
  };
}
