import { isJsonObject, type Properties } from "../../protocol/properties.ts";
import type { JsonObject, JsonValue } from "../../protocol/property-value.ts";
import {
  buildAppBody,
  buildAppSettings,
  buildNotes,
  buildUserNameTemplate,
  part,
  withoutBlanks,
} from "./app-settings.ts";

/** Inputs a custom SAML application can't do without. */
const requiredOfCustomApps = [
  "ssoUrl",
  "recipient",
  "destination",
  "audience",
  "subjectNameIdTemplate",
  "subjectNameIdFormat",
  "signatureAlgorithm",
  "digestAlgorithm",
  "authnContextClassRef",
];

/** Input -> name inside `settings.signOn`, for texts sent only when set. */
const signOnTexts = {
  defaultRelayState: "defaultRelayState",
  ssoUrl: "ssoAcsUrl",
  recipient: "recipient",
  destination: "destination",
  audience: "audience",
  idpIssuer: "idpIssuer",
  spIssuer: "spIssuer",
  subjectNameIdTemplate: "subjectNameIdTemplate",
  subjectNameIdFormat: "subjectNameIdFormat",
  signatureAlgorithm: "signatureAlgorithm",
  digestAlgorithm: "digestAlgorithm",
  authnContextClassRef: "authnContextClassRef",
} as const;

const signOnFlags = [
  "responseSigned",
  "assertionSigned",
  "honorForceAuthn",
  "samlSignedRequestEnabled",
] as const;

/**
 * The request for a SAML application.
 * @param known what earlier answers told: the generated name of a custom application and its signing key
 * @throws Error when a custom application lacks what it needs
 */
export function buildSamlBody(
  inputs: Properties,
  known: { readonly name?: string | undefined; readonly keyId?: string | undefined },
): JsonObject {
  const name = inputs.optionalText("preconfiguredApp") || known.name;
  if (!inputs.optionalText("preconfiguredApp")) checkCustomApp(inputs);
  return {
    ...buildAppBody(inputs),
    ...(name && { name }),
    signOnMode: inputs.optionalText("samlVersion") === "1.1" ? "SAML_1_1" : "SAML_2_0",
    credentials: {
      userNameTemplate: buildUserNameTemplate(inputs),
      ...(known.keyId && { signing: { kid: known.keyId } }),
    },
    settings: {
      app: buildAppSettings(inputs),
      implicitAssignment: inputs.flag("implicitAssignment"),
      notes: buildNotes(inputs),
      signOn: buildSignOn(inputs),
    },
  };
}

function checkCustomApp(inputs: Properties): void {
  const missing = requiredOfCustomApps.filter((name) => !inputs.optionalText(name));
  if (missing.length > 0) {
    throw new Error(
      `Custom SAML applications must contain these fields, missing fields: ${missing.join(", ")}`,
    );
  }
  if (!inputs.flag("responseSigned") && !inputs.flag("assertionSigned")) {
    throw new Error("custom SAML apps must either have response_signed or assertion_signed set to true");
  }
}

function buildSignOn(inputs: Properties): JsonObject {
  const texts = Object.entries(signOnTexts).map(
    ([input, field]) => [field, inputs.optionalText(input) ?? null] as const,
  );
  const flags = signOnFlags.map((name) => [name, inputs.flag(name)] as const);
  const issuer = inputs.optionalText("singleLogoutIssuer");
  const certificate = inputs.optionalText("singleLogoutCertificate");
  const endpoints = buildAcsEndpoints(inputs);
  const hook = inputs.optionalText("inlineHookId");
  return {
    ...withoutBlanks(Object.fromEntries(texts)),
    ...Object.fromEntries(flags),
    slo: issuer
      ? { enabled: true, issuer, logoutUrl: inputs.optionalText("singleLogoutUrl") ?? "" }
      : { enabled: false },
    ...(certificate && { spCertificate: { x5c: [certificate] } }),
    allowMultipleAcsEndpoints: endpoints.length > 0,
    ...(endpoints.length > 0 && { acsEndpoints: endpoints }),
    attributeStatements: inputs.objects("attributeStatements").map((statement) => ({
      ...withoutBlanks({
        name: statement.text("name"),
        namespace: statement.optionalText("namespace") ?? null,
        type: statement.optionalText("type") ?? null,
        filterType: statement.optionalText("filterType") ?? null,
        filterValue: statement.optionalText("filterValue") ?? null,
      }),
      ...(statement.has("values") && { values: statement.texts("values") }),
    })),
    ...(hook && { inlineHooks: [{ id: hook }] }),
  };
}

function buildAcsEndpoints(inputs: Properties): JsonObject[] {
  const inOrder = inputs.texts("acsEndpoints").map((url, index) => ({ url, index }));
  return inOrder.length > 0
    ? inOrder
    : inputs.objects("acsEndpointsIndices").map((endpoint) => endpoint.values);
}

/** The sign-on settings as inputs, from Okta's answer. */
export function readSignOn(signOn: JsonObject): JsonObject {
  const texts = Object.entries(signOnTexts)
    .filter(([input]) => input !== "spIssuer")
    .map(([input, field]) => [input, signOn[field] ?? null] as const);
  const flags = signOnFlags.map((name) => [name, signOn[name] ?? false] as const);
  const slo = part(signOn, "slo");
  const statements = signOn["attributeStatements"];
  return {
    ...Object.fromEntries([...texts, ...flags]),
    ...readAcsEndpoints(signOn),
    attributeStatements: Array.isArray(statements) ? statements : null,
    singleLogoutIssuer: slo["enabled"] === true ? (slo["issuer"] ?? null) : null,
    singleLogoutUrl: slo["enabled"] === true ? (slo["logoutUrl"] ?? null) : null,
    ...readFirst(slo["enabled"] === true ? part(signOn, "spCertificate")["x5c"] : undefined, (x5c) => ({
      singleLogoutCertificate: x5c,
    })),
    ...readFirst(signOn["inlineHooks"], (hook) => ({
      inlineHookId: isJsonObject(hook) ? (hook["id"] ?? null) : null,
    })),
  };
}

/** State from the first item of a list; without one, what was known stays, as in the official plugin. */
function readFirst(list: JsonValue | undefined, read: (first: JsonValue) => JsonObject): JsonObject {
  const first = Array.isArray(list) ? list[0] : undefined;
  return first === undefined ? {} : read(first);
}

function readAcsEndpoints(signOn: JsonObject): JsonObject {
  const endpoints = signOn["acsEndpoints"];
  if (signOn["allowMultipleAcsEndpoints"] !== true || !Array.isArray(endpoints)) {
    return { acsEndpoints: null, acsEndpointsIndices: null };
  }
  const found = endpoints.map((endpoint) => (typeof endpoint === "object" ? endpoint : null));
  const pairs = found.flatMap((endpoint) =>
    endpoint === null || Array.isArray(endpoint)
      ? []
      : [{ url: endpoint["url"] ?? "", index: endpoint["index"] ?? 0 }],
  );
  return pairs.every((pair, position) => pair.index === position)
    ? { acsEndpoints: pairs.map((pair) => pair.url), acsEndpointsIndices: null }
    : { acsEndpoints: null, acsEndpointsIndices: pairs };
}
