const extension = "urn:example:params:scim:schemas:gate:1.0:User";

/** Between them the apps say every field of the spec that the program declares. */
export function specsOfEveryField(port: number) {
  return {
    gate: {
      version: 1,
      app: {
        label: "Gate",
        catalogName: "scim2headerauth",
        signOn: {
          mode: "auto_login",
          signOnUrl: "https://gate.example.com/login",
          signOnRedirectUrl: "https://gate.example.com/home",
          credentialsScheme: "EDIT_PASSWORD_ONLY",
          revealPassword: true,
        },
        settings: { regions: ["eu", "us"], domain: "example.com" },
        userNameTemplate: { template: `\${source.email}`, type: "CUSTOM", suffix: ".gate", push: "always" },
        visibility: { hideIos: true, hideWeb: true, autoSubmitToolbar: true },
        accessibility: {
          selfService: true,
          errorRedirectUrl: "https://gate.example.com/sorry",
          loginRedirectUrl: "https://gate.example.com/sign-in",
        },
        notes: { admin: "Owned by Security", enduser: "Ask Security" },
      },
      server: {
        bundled: {
          publicUrl: `http://127.0.0.1:${port}/gate`,
          tenant: "gate",
          reactivateOnCreate: true,
          rateLimit: { requestsPerSecond: 50, burst: 100 },
        },
      },
      connection: { management: "api", tokenVersion: 2, acceptPreviousToken: true },
      provisioning: { syncPassword: true, updateProfiles: false, unlistedMappings: "remove" },
      attributes: [
        { name: "title", expression: "user.title" },
        {
          name: "badge",
          title: "Badge number",
          description: "What the reader reads",
          scim: `${extension}:badge`,
          expression: "user.employeeNumber",
          minLength: 1,
          maxLength: 12,
        },
        { name: "floors", type: "array", items: "integer", scim: `${extension}:floors` },
        {
          name: "colour",
          enum: ["red", "green"],
          scim: `${extension}:colour`,
          push: "on_create",
          expression: '"red"',
        },
        { name: "zones", type: "array", items: "string", enum: ["a", "b"], scim: `${extension}:zones` },
        { name: "guard", type: "boolean", scim: `${extension}:guard` },
      ],
      pushGroups: [
        { group: "Payroll Admins", target: "gate-admins", onRemove: "delete" },
        { group: "Payroll Viewers", status: "inactive" },
      ],
      assignments: {
        groups: [
          { group: "Finance", priority: 1, profile: { colour: "green" } },
          { group: "Sales", priority: 0 },
          { group: "Contractors" },
        ],
        users: [{ login: "isaac.adeyemi@example.com", userName: "isaac.gate" }],
      },
      checks: { mode: "warn" },
    },
    swa: {
      version: 1,
      app: {
        label: "Archive",
        signOn: {
          mode: "swa",
          url: "https://archive.example.com/login",
          urlRegex: "^https://archive",
          usernameField: "#user",
          passwordField: "#pass",
          buttonField: "#go",
          checkbox: "#stay",
          redirectUrl: "https://archive.example.com/",
        },
      },
      server: { bundled: { publicUrl: `http://127.0.0.1:${port}/swa` } },
      connection: { management: "manual" },
    },
    saml: {
      version: 1,
      app: {
        label: "CRM",
        signOn: {
          mode: "saml",
          ssoUrl: "https://crm.example.com/sso",
          audience: "urn:crm",
          recipient: "https://crm.example.com/recipient",
          destination: "https://crm.example.com/destination",
          subjectNameIdTemplate: `\${user.email}`,
          subjectNameIdFormat: "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress",
          responseSigned: false,
          assertionSigned: true,
          signatureAlgorithm: "RSA_SHA1",
          digestAlgorithm: "SHA1",
          honorForceAuthn: false,
          authnContextClassRef: "urn:oasis:names:tc:SAML:2.0:ac:classes:X509",
          idpIssuer: "https://idp.example.com",
          defaultRelayState: "home",
          attributeStatements: [
            { name: "mail", values: ["user.email"] },
            {
              name: "groups",
              namespace: "urn:oasis:names:tc:SAML:2.0:attrname-format:basic",
              type: "GROUP",
              filterType: "STARTS_WITH",
              filterValue: "CRM",
            },
          ],
        },
      },
      server: { bundled: { publicUrl: `http://127.0.0.1:${port}/saml` } },
      connection: { management: "manual", authentication: "basic", username: "okta" },
    },
  };
}
