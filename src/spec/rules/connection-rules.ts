import { issueIn, type LoadedSpec } from "../loaded-spec.ts";
import { isSafeUrl } from "../loopback.ts";
import type { SpecIssue } from "../spec-issue.ts";

/** The server's address and the connection to it. */
export function checkConnection(loaded: LoadedSpec): SpecIssue[] {
  return [...checkServer(loaded), ...checkAuthentication(loaded), ...checkManagement(loaded)];
}

/** What the bundled server itself serves at its root. */
const reservedTenants: readonly string[] = ["scim", "healthz", "readyz", "metrics", "inspector"];

function checkServer(loaded: LoadedSpec): SpecIssue[] {
  const { bundled, external } = loaded.spec.server;
  if ((bundled === undefined) === (external === undefined)) {
    const message =
      bundled === undefined
        ? "`server` needs `bundled` (the server of this project) or `external` (the app's own)."
        : "`server` has `bundled` and `external`; an app has one SCIM server. (null removes one that was inherited.)";
    return [issueIn(loaded, "SC1307", ["server"], message, { allowed: ["bundled", "external"] })];
  }
  const path = bundled === undefined ? ["server", "external", "baseUrl"] : ["server", "bundled", "publicUrl"];
  const url = bundled?.publicUrl ?? external?.baseUrl ?? "";
  if (!isSafeUrl(url)) {
    return [
      issueIn(loaded, "SC1305", path, "Okta sends the connection's token to this address: it must be https."),
    ];
  }
  const { search, hash, username, password, pathname, hostname } = new URL(url);
  const issues: SpecIssue[] = [...checkWebhooks(loaded, bundled?.webhooks ?? [])];
  if (search !== "" || hash !== "" || username !== "" || password !== "") {
    issues.push(
      issueIn(loaded, "SC1205", path, "A SCIM address has no query, no fragment and no credentials."),
    );
  }
  if (url.endsWith("/")) {
    issues.push(issueIn(loaded, "SC1205", path, "A SCIM address does not end with a slash."));
  }
  if (hostname.includes("_")) {
    issues.push(issueIn(loaded, "SC1205", path, "Okta refuses host names with an underscore."));
  }
  const tenant = bundled?.tenant ?? loaded.name;
  if (bundled !== undefined && reservedTenants.includes(tenant)) {
    const place = bundled.tenant === undefined ? ["server", "bundled"] : ["server", "bundled", "tenant"];
    issues.push(
      issueIn(loaded, "SC1315", place, `${JSON.stringify(tenant)} cannot name a tenant.`, { value: tenant }),
    );
  }
  if (bundled !== undefined && pathname.split("/").at(-1) !== tenant && !url.endsWith("/")) {
    issues.push(
      issueIn(loaded, "SC1406", path, `The bundled server serves this app below /${tenant}.`, {
        severity: "warning",
        allowed: [`${url.replace(/\/[^/]*$/, "")}/${tenant}`],
      }),
    );
  }
  if (bundled !== undefined && bundled.tenant === undefined && loaded.spec.previousNames.length > 0) {
    issues.push(
      issueIn(
        loaded,
        "SC1314",
        ["previousNames", 0],
        `The file was renamed, and its people are in the tenant of its former name: say \`server.bundled.tenant\`, the former name to keep them or ${JSON.stringify(loaded.name)} to begin anew.`,
      ),
    );
  }
  return issues;
}

function checkAuthentication(loaded: LoadedSpec): SpecIssue[] {
  const { connection, server } = loaded.spec;
  const { authentication } = connection;
  const issues: SpecIssue[] = [];
  const pairs = [
    ["username", "basic"],
    ["clientId", "oauth2"],
  ] as const;
  for (const [key, scheme] of pairs) {
    const given = connection[key] !== undefined;
    if (authentication === scheme && !given) {
      issues.push(
        issueIn(
          loaded,
          "SC1306",
          ["connection"],
          `\`${scheme}\` authentication needs \`connection.${key}\`.`,
        ),
      );
    }
    if (authentication !== scheme && given) {
      issues.push(
        issueIn(
          loaded,
          "SC1306",
          ["connection", key],
          `\`connection.${key}\` belongs to \`${scheme}\` authentication, not to \`${authentication}\`.`,
        ),
      );
    }
  }
  if (authentication === "oauth2" && server.bundled !== undefined) {
    issues.push(
      issueIn(
        loaded,
        "SC1306",
        ["connection", "authentication"],
        "The bundled server takes header, bearer or basic authentication.",
        {
          allowed: ["header", "bearer", "basic"],
        },
      ),
    );
  }
  if (connection.acceptPreviousToken && connection.tokenVersion === 1) {
    issues.push(
      issueIn(loaded, "SC1306", ["connection", "acceptPreviousToken"], "There is no token before version 1."),
    );
  }
  return issues;
}

function checkManagement(loaded: LoadedSpec): SpecIssue[] {
  const { app, connection } = loaded.spec;
  const { management, authentication, configured } = connection;
  const issues: SpecIssue[] = [];
  if (configured !== undefined && management === "api") {
    issues.push(
      issueIn(
        loaded,
        "SC1306",
        ["connection", "configured"],
        "`configured` belongs to a manual connection: here the program sets it.",
      ),
    );
  }
  if (management === "api" && authentication === "basic") {
    issues.push(
      issueIn(
        loaded,
        "SC1306",
        ["connection", "authentication"],
        "Okta's API sets no `basic` connection: use management: manual.",
        {
          allowed: ["header", "bearer", "oauth2"],
        },
      ),
    );
  }
  if (management === "api" && app.catalogName === undefined) {
    issues.push(
      issueIn(
        loaded,
        "SC1306",
        ["connection", "management"],
        "Okta's API sets no connection of a custom app: it answers UNKNOWN, and a check fails after the update. Use management: manual.",
        { severity: "warning" },
      ),
    );
  }
  return issues;
}
/** Receivers of changes are told people's data; each has a name of its own, from which its secret follows. */
function checkWebhooks(
  loaded: LoadedSpec,
  webhooks: readonly { readonly id: string; readonly url: string }[],
): SpecIssue[] {
  return webhooks.flatMap(({ id, url }, index) => {
    const path = ["server", "bundled", "webhooks", index];
    const issues: SpecIssue[] = [];
    if (!isSafeUrl(url))
      issues.push(
        issueIn(
          loaded,
          "SC1305",
          [...path, "url"],
          "People's data is sent to this address: it must be https.",
        ),
      );
    if (webhooks.findIndex((other) => other.id === id) < index)
      issues.push(
        issueIn(loaded, "SC1304", [...path, "id"], `There are two webhooks ${JSON.stringify(id)}.`),
      );
    return issues;
  });
}
