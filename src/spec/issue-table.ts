/**
 * Every problem that a spec or a stack's configuration can have: its code, what it means, and what to do.
 * Codes are stable: pages, tests and people's notes refer to them. docs/spec.md prints this table.
 */
export const issueTable = {
  SC1001: {
    means: "A file cannot be read.",
    remedy: "Check that it exists, is a regular file and is readable.",
  },
  SC1002: {
    means: "A file is larger than a spec may be.",
    remedy: "Keep a spec below 256 KiB; one file describes one application.",
  },
  SC1003: { means: "A file is not UTF-8 text.", remedy: "Save it as UTF-8, without zero bytes." },
  SC1004: {
    means: "A file is empty.",
    remedy: "Write a spec, or delete the file. README.md begins with a small one.",
  },
  SC1005: {
    means: "A file is not valid YAML.",
    remedy:
      "Mend the syntax at the place named. Quote texts that hold `: `, `#`, or begin with `*`, `&`, `!`, `%`, `@` or a backtick.",
  },
  SC1006: {
    means: "A file holds more than one YAML document.",
    remedy: "One file describes one application: split it at `---`.",
  },
  SC1007: {
    means: "A file grows too much when its aliases are expanded, or nests too deeply.",
    remedy: "Write the values out instead of using `&anchor` and `*alias`.",
  },
  SC1008: { means: "A key is written twice in one mapping.", remedy: "Keep one of the two." },
  SC1009: { means: "A key is not a text.", remedy: "Keys are plain words, such as `app:`." },
  SC1010: { means: "A YAML tag is used that a spec does not know.", remedy: "Remove the tag (`!…`)." },
  SC1011: { means: "A file does not hold a mapping.", remedy: "Begin with `version: 1` and keys below it." },
  SC1012: {
    means: "A line is indented with a tab.",
    remedy: "YAML indents with spaces only: replace the tab by two spaces.",
  },
  SC1013: {
    means: "A file name cannot name an application.",
    remedy:
      "Use lower-case letters, digits and dashes, beginning with a letter, at most 40, ending in .yaml.",
  },
  SC1014: {
    means: "A stack has no folder with specs.",
    remedy: "Create stacks/<stack>/<app>.yaml, or name another stack.",
  },
  SC1101: {
    means: "The file that a spec extends does not exist.",
    remedy: "Mend the path: it is relative to the file that says `extends`.",
  },
  SC1102: { means: "Specs extend each other in a circle.", remedy: "Remove one of the `extends` named." },
  SC1103: {
    means: "A spec extends something outside the stacks folder.",
    remedy: "Extend a .yaml file below stacks/, by a relative path.",
  },
  SC1104: { means: "A chain of `extends` is too long.", remedy: "Use at most 8 levels." },
  SC1201: { means: "A key is unknown.", remedy: "Use one of the keys allowed here; docs/spec.md lists all." },
  SC1202: {
    means: "A value has the wrong type.",
    remedy: "Write a value of the type expected; quote a text that looks like a number or a boolean.",
  },
  SC1203: { means: "A required key is missing.", remedy: "Add it; docs/spec.md says what it means." },
  SC1204: { means: "A value is not one of those allowed.", remedy: "Use one of the values allowed." },
  SC1205: { means: "A value does not have the form it needs.", remedy: "Write it in the form described." },
  SC1206: {
    means: "A value is too small, too large, too short or too long.",
    remedy: "Keep within the limits named.",
  },
  SC1301: {
    means: "An attribute's SCIM path is malformed or does not fit a User.",
    remedy: "Write a core attribute (`title`, `name.givenName`) or `urn:…:User:attribute`.",
  },
  SC1302: {
    means: "An attribute redefines one of Okta's base attributes.",
    remedy: "Leave out what is fixed for it, or choose another name.",
  },
  SC1303: {
    means: "An attribute lacks what a custom attribute needs.",
    remedy: "A custom attribute needs `scim`, and `items` where its type is array.",
  },
  SC1304: { means: "Two entries of a list mean the same thing.", remedy: "Keep one of the two." },
  SC1305: {
    means: "A URL must use https.",
    remedy: "Use https; plain http is only for loopback addresses (127.0.0.1, localhost, [::1]).",
  },
  SC1306: {
    means: "Settings of the connection contradict each other.",
    remedy: "Follow the sentence; docs/spec.md describes `connection`.",
  },
  SC1307: { means: "Exactly one of two settings is needed.", remedy: "Keep one of the two." },
  SC1308: {
    means: "A group is both pushed and used for assignment, which Okta does not support.",
    remedy:
      "Use two groups, or accept it: acknowledgements: [{ kind: pushed-and-assigned, group: …, reason: … }].",
  },
  SC1309: {
    means: "The app's sign-on settings are not those that its kind of app needs.",
    remedy: "Follow the sentence; docs/spec.md describes `app.signOn`.",
  },
  SC1310: {
    means: "Nobody can be provisioned as the spec is.",
    remedy: "Switch on what is named, or remove what depends on it.",
  },
  SC1311: {
    means: "An expression cannot be right.",
    remedy: "Write an Okta expression such as user.department; texts in it stand in double quotes.",
  },
  SC1312: {
    means: "An acknowledgement does not fit.",
    remedy: "Renew or remove it; it allows exactly one kind of change until its date.",
  },
  SC1313: {
    means: "The user name of a person assigned by name is not known.",
    remedy: "Add `userName` to the entry: the app's template is not the Okta login.",
  },
  SC1314: {
    means: "A renamed application does not say which tenant of the bundled server holds its people.",
    remedy: "Add server.bundled.tenant.",
  },
  SC1315: {
    means: "A tenant's name has a meaning of its own in the bundled server.",
    remedy: "Choose another name: scim, healthz, readyz, metrics and inspector are taken.",
  },
  SC1316: {
    means: "An attribute that is never sent would keep its mapping.",
    remedy: "Set provisioning.unlistedMappings to remove, or leave the attribute out.",
  },
  SC1317: {
    means: "`adopt` names something that the spec does not declare, or not as it can be adopted.",
    remedy: "Name what the spec lists; a push group also needs targetId, since Okta tells only that of it.",
  },
  SC1318: {
    means: "A profile sets an attribute that the application does not have.",
    remedy: "Use one of Okta's base attributes or one of the spec's `attributes`.",
  },
  SC1319: {
    means: "An expression is not one that this project can read.",
    remedy:
      "Correct it. If Okta takes it as it is, leave it: previews and checks then don't know its values.",
  },
  SC1401: {
    means: "Two applications of a stack have the same label.",
    remedy: "Labels are what people see in Okta: make them differ.",
  },
  SC1402: {
    means: "Two resources of a stack would have the same name.",
    remedy: "Rename one: names come from file names, group names, logins and attribute names.",
  },
  SC1403: {
    means: "Two applications of a stack have the same SCIM address.",
    remedy: "Give each its own publicUrl or baseUrl.",
  },
  SC1404: {
    means: "A pushed group has nobody who is assigned to the application.",
    remedy: "Assign the people too: Okta pushes only members who are assigned and provisioned.",
  },
  SC1405: {
    means: "Two applications claim one former name or one Okta object.",
    remedy: "Keep it at the application that it belongs to.",
  },
  SC1406: {
    means: "The bundled server's public URL does not end with the tenant's name.",
    remedy: "End it with /<tenant>, or make the proxy in front map its path to /<tenant>.",
  },
  SC1407: { means: "A base file is extended by no spec.", remedy: "Extend it or delete it." },
  SC1501: {
    means: "The stack's configuration is wrong.",
    remedy: "Mend Pulumi.<stack>.yaml; docs/production.md describes each key.",
  },
  SC1502: {
    means: "There is no key to derive connection tokens from.",
    remedy: 'Set one: pulumi config set --secret okta-scim:tokenKey "$(openssl rand -base64 32)"',
  },
  SC1503: {
    means: "An application's token is missing.",
    remedy: "Set it: pulumi config set --secret --path 'okta-scim:tokens.<app>' <token>",
  },
  SC1504: { means: "The emulated Okta org is not running.", remedy: "Start it: npx okta-scim sandbox start" },
  SC1505: {
    means: "The okta-scim:apps filter names an application that the stack does not have.",
    remedy: "Name a file of stacks/<stack>/ without its ending.",
  },
  SC1601: {
    means: "A group does not exist in the Okta org.",
    remedy: "Mend the name, or create the group first.",
  },
  SC1602: {
    means: "A person does not exist in the Okta org.",
    remedy: "Mend the login, or create the person first.",
  },
  SC1603: {
    means: "The Okta org could not be asked.",
    remedy: "Check the org's address, the credential and its scopes: npx okta-scim doctor --stack <stack>",
  },
  SC1701: {
    means: "A check after the update failed.",
    remedy: "Each failed check names its remedy; run them again with: npx okta-scim check",
  },
  SC1702: {
    means: "A guard rail stops the update: it would take away more than the limits allow.",
    remedy: "Each names its way out; docs/previews.md explains limits and acknowledgements.",
  },
} as const satisfies Readonly<Record<string, { readonly means: string; readonly remedy: string }>>;

export type IssueCode = keyof typeof issueTable;
