import { stringify } from "yaml";

/** What a new spec begins with. */
export interface DraftOptions {
  readonly name: string;
  readonly label: string;
  /** The integration of Okta's catalog; without it a custom SAML app. */
  readonly catalogName: string | undefined;
  /** Where Okta will reach the app's tenant of the bundled server. */
  readonly publicUrl: string;
}

/** A valid spec with what most apps need next to it as comments, for a person to go on with. */
export function draftSpec({ name, label, catalogName, publicUrl }: DraftOptions): string {
  return `# yaml-language-server: $schema=../app.schema.json
# Every key is described in docs/spec.md; npm run validate checks this file without a network.
version: 1
app:
  label: ${scalar(label)} # what people see in Okta
${catalogName === undefined ? customApp(name) : catalogApp(catalogName)}
server:
  bundled: { publicUrl: ${JSON.stringify(publicUrl)} } # the SCIM server of this project
  # In place of it, a SCIM server of the app's own; its token: pulumi config set --secret --path 'okta-scim:tokens.${name}' <token>
  # external: { baseUrl: "https://${name}.example.com/scim/v2" }

# What Okta sends besides the default attributes.
attributes: []
# - { name: title }
# - name: badgeNumber
#   scim: urn:ietf:params:scim:schemas:extension:${name}:2.0:User:badgeNumber
#   expression: user.employeeNumber

# Who gets the app.
assignments:
  groups: []
  # - { group: Finance, priority: 0 }
  users: []
  # - { login: ada@example.com }

# Okta groups that the app gets as groups; not those that assign people.
pushGroups: []
# - { group: ${scalar(`${label} Admins`)}, target: ${name}-admins }

# The app is in Okta already? Delete this file: npx okta-scim adopt <label> writes one that takes it over (docs/tasks.md).
`;
}

function catalogApp(catalogName: string): string {
  return `  catalogName: ${scalar(catalogName)} # the integration of Okta's catalog`;
}

function customApp(name: string): string {
  return `  # A custom app. An integration of Okta's catalog has catalogName in place of signOn: catalogName: scim2headerauth
  signOn:
    mode: saml
    ssoUrl: https://${name}.example.com/saml/acs
    audience: https://${name}.example.com/saml/metadata`;
}

function scalar(text: string): string {
  return stringify(text, { lineWidth: 0 }).trimEnd();
}
