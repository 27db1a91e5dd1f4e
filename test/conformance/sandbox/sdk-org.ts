import okta, {
  type AutoLoginApplication,
  type Client as OktaClient,
  type SamlApplication,
} from "@okta/okta-sdk-nodejs";
import { startOrg, type TestOrg } from "./start-org.ts";

// biome-ignore lint/suspicious/noTemplateCurlyInString: Okta's own template syntax
const NAME_ID_TEMPLATE = "${user.userName}";

/** An emulated org with a client of Okta's Node SDK; its connections API serves scim2headerauth. */
export async function startSdkOrg(): Promise<{ readonly org: TestOrg; readonly client: OktaClient }> {
  const org = await startOrg({ connectionsApi: { scim2headerauth: "served" } });
  return { org, client: new okta.Client({ orgUrl: org.url, token: org.token }) };
}

/** All objects of an SDK collection, through all its pages. */
export async function collect<T>(
  collection: Promise<{ each: (take: (item: T) => unknown) => Promise<unknown> }>,
): Promise<T[]> {
  const items: T[] = [];
  await (await collection).each((item) => {
    items.push(item);
  });
  return items;
}

/** The SDK's own error that a call ends with. */
export async function refusal(call: Promise<unknown>): Promise<InstanceType<typeof okta.OktaApiError>> {
  const error: unknown = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof okta.OktaApiError)) throw new Error(`not an error of the SDK: ${String(error)}`);
  return error;
}

export async function createScimApp(client: OktaClient, label: string) {
  const application: AutoLoginApplication = {
    name: "scim2headerauth",
    label,
    signOnMode: "AUTO_LOGIN",
    credentials: {
      scheme: "EDIT_USERNAME_AND_PASSWORD",
      userNameTemplate: {
        // biome-ignore lint/suspicious/noTemplateCurlyInString: Okta's own template syntax
        template: "${source.login}",
        type: "BUILT_IN",
      },
    },
    settings: {},
  };
  const app = await client.applicationApi.createApplication({ application });
  return { app, appId: app.id ?? "" };
}

export async function createPerson(client: OktaClient, login: string, more: Record<string, string> = {}) {
  const user = await client.userApi.createUser({
    body: {
      profile: { login, email: login, firstName: "Ada", lastName: "Lovelace", ...more },
      credentials: { password: { value: "Correct-Horse-7" } },
    },
  });
  return { user, userId: user.id ?? "" };
}

/** A custom SAML app. */
export async function createSamlApp(client: OktaClient, label: string) {
  const application: SamlApplication = {
    label,
    signOnMode: "SAML_2_0",
    settings: {
      signOn: {
        ssoAcsUrl: "https://app.example.com/acs",
        audience: "https://app.example.com",
        recipient: "https://app.example.com/acs",
        destination: "https://app.example.com/acs",
        subjectNameIdTemplate: NAME_ID_TEMPLATE,
        subjectNameIdFormat: "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress",
        idpIssuer: "",
        allowMultipleAcsEndpoints: false,
        assertionSigned: true,
        responseSigned: true,
        honorForceAuthn: false,
        requestCompressed: false,
        authnContextClassRef: "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport",
        digestAlgorithm: "SHA256",
        signatureAlgorithm: "RSA_SHA256",
      },
    },
  };
  return client.applicationApi.createApplication({ application });
}
