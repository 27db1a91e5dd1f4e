import { afterAll, expect, it } from "vitest";
import { RunningServer, sha256, tenantsFile } from "./support/running-server.ts";

/** Published attributes are the contract with the clients: what changes here, changes for them. */
const servers: RunningServer[] = [];

afterAll(async () => {
  for (const server of servers) await server.stop();
});

async function start(changes: Readonly<Record<string, unknown>> = {}): Promise<RunningServer> {
  const server = await RunningServer.start("sqlite", tenantsFile(changes));
  servers.push(server);
  return server;
}

interface Published {
  readonly name: string;
  readonly type: string;
  readonly multiValued: boolean;
  readonly description: string;
  readonly required: boolean;
  readonly caseExact?: boolean;
  readonly mutability: string;
  readonly returned: string;
  readonly uniqueness?: string;
  readonly canonicalValues?: readonly string[];
  readonly referenceTypes?: readonly string[];
  readonly subAttributes?: readonly Published[];
}

/** An attribute in a line, its sub-attributes in further ones; what RFC 7643 section 2.2 takes for granted is left out. */
function render(attribute: Published, indentation = ""): string {
  const { name, type, multiValued, required, caseExact, mutability, returned, uniqueness } = attribute;
  const list = (names: readonly string[] | undefined): string =>
    names === undefined ? "" : `(${names.join(" ")})`;
  const facts = [
    `${type}${multiValued ? "[]" : ""}`,
    required ? "required" : "",
    caseExact === true ? "exact" : "",
    caseExact === undefined ? "no-caseExact" : "",
    mutability === "readWrite" ? "" : mutability,
    returned === "default" ? "" : `returned-${returned}`,
    uniqueness === undefined ? "no-uniqueness" : "",
    uniqueness === "server" ? "unique" : "",
    list(attribute.canonicalValues),
    list(attribute.referenceTypes),
    (attribute.subAttributes === undefined) === (type === "complex") ? "wrong-parts" : "",
    attribute.description === "" ? "without-description" : "",
  ];
  const line = `${indentation}${name} ${facts.filter((fact) => fact !== "").join(" ")}`;
  return [line, ...(attribute.subAttributes ?? []).map((part) => render(part, `${indentation}  `))].join(
    "\n",
  );
}

it("the schemas of RFC 7643 section 4 are published with their characteristics (sections 2.2 and 7)", async () => {
  const server = await start();
  const { Resources } = (await server.call("GET", "/Schemas")).body;
  const text = Resources.map((schema) => {
    const attributes = schema["attributes"] as readonly Published[];
    return [`# ${schema["name"]} ${schema.id}`, ...attributes.map((attribute) => render(attribute))].join(
      "\n",
    );
  }).join("\n");
  expect(text).toMatchInlineSnapshot(`
    "# User urn:ietf:params:scim:schemas:core:2.0:User
    userName string required unique
    name complex no-caseExact
      formatted string
      familyName string
      givenName string
      middleName string
      honorificPrefix string
      honorificSuffix string
    displayName string
    nickName string
    profileUrl reference exact (external)
    title string
    userType string
    preferredLanguage string
    locale string
    timezone string
    active boolean no-caseExact no-uniqueness
    password string exact writeOnly returned-never
    emails complex[] no-caseExact
      value string
      display string
      type string (work home other)
      primary boolean no-caseExact no-uniqueness
    phoneNumbers complex[] no-caseExact
      value string
      display string
      type string (work home mobile fax pager other)
      primary boolean no-caseExact no-uniqueness
    ims complex[] no-caseExact
      value string
      display string
      type string (aim gtalk icq xmpp msn skype qq yahoo)
      primary boolean no-caseExact no-uniqueness
    photos complex[] no-caseExact
      value reference exact (external)
      display string
      type string (photo thumbnail)
      primary boolean no-caseExact no-uniqueness
    addresses complex[] no-caseExact
      formatted string
      streetAddress string
      locality string
      region string
      postalCode string
      country string
      type string (work home other)
      primary boolean no-caseExact no-uniqueness
    groups complex[] no-caseExact readOnly
      value string exact readOnly
      $ref reference exact readOnly (Group)
      display string readOnly
      type string readOnly (direct indirect)
    entitlements complex[] no-caseExact
      value string
      display string
      type string
      primary boolean no-caseExact no-uniqueness
    roles complex[] no-caseExact
      value string
      display string
      type string
      primary boolean no-caseExact no-uniqueness
    x509Certificates complex[] no-caseExact
      value binary exact
      display string
      type string
      primary boolean no-caseExact no-uniqueness
    # EnterpriseUser urn:ietf:params:scim:schemas:extension:enterprise:2.0:User
    employeeNumber string
    costCenter string
    organization string
    division string
    department string
    manager complex no-caseExact
      value string exact
      $ref reference exact (User)
      displayName string
    payrollNumber string
    # HrUser urn:example:hr:2.0:User
    shift integer
    badges string[]
    # Group urn:ietf:params:scim:schemas:core:2.0:Group
    displayName string required
    members complex[] no-caseExact
      value string exact immutable
      $ref reference exact immutable (User Group)
      type string immutable (User Group)
      display string readOnly returned-request"
  `);
});

it("the way to authenticate is published as the tenant has it (section 5)", async () => {
  const schemeOf = async (authentication: string, header: string): Promise<unknown> => {
    const server = await start({ authentication, tokens: [{ id: "v1", sha256: sha256("a:b") }] });
    const { body } = await server.call("GET", "/ServiceProviderConfig", undefined, { authorization: header });
    return body["authenticationSchemes"];
  };
  const bearer = {
    type: "oauthbearertoken",
    name: "Bearer token",
    description: "A token in the Authorization header, after the word Bearer",
    specUri: "https://www.rfc-editor.org/info/rfc6750",
    primary: true,
  };
  expect(await schemeOf("bearer", "Bearer a:b")).toEqual([bearer]);
  expect(await schemeOf("header", "Bearer a:b")).toEqual([bearer]);
  expect(await schemeOf("basic", `Basic ${Buffer.from("a:b").toString("base64")}`)).toEqual([
    {
      type: "httpbasic",
      name: "HTTP Basic",
      description: "A user name and password in the Authorization header",
      specUri: "https://www.rfc-editor.org/info/rfc7617",
      primary: true,
    },
  ]);
});
