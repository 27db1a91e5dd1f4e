import type { OktaUserProvisioning } from "../../okta/features.ts";
import { isServedByConnectionApi } from "../../spec/connection-api-apps.ts";
import { isSafeUrl } from "../../spec/loopback.ts";
import type { AdoptionNote } from "./adoption-note.ts";
import type { OrgApp } from "./read-org-app.ts";
import type { Written } from "./written-values.ts";

/** What Okta can't tell and a person may know. */
export interface ConnectionHints {
  readonly stack: string;
  /** The spec's file name without `.yaml`. */
  readonly name: string;
  /** The SCIM base URL, where a person gave it. */
  readonly baseUrl: string | undefined;
  /** Whether the SCIM server is the one of this project; undefined where the address is to tell. */
  readonly bundled: boolean;
  /** Addresses of other tenants of this project's server, `publicUrl` of the stack's specs. */
  readonly neighbours: readonly string[];
}

interface DescribedConnection {
  readonly server: DescribedServer;
  readonly connection: Written;
  readonly provisioning: Written;
  /** Whether the update takes the connection over, and with it the features. */
  readonly adopted: boolean;
  /** Whether Okta provisions people to the app now. */
  readonly provisions: boolean;
  readonly notes: readonly AdoptionNote[];
}

/** How the SCIM test apps and those on Okta's list send their token; an app that is not here has to be looked up. */
const authenticationOf: Readonly<Record<string, "header" | "bearer">> = {
  scim2headerauth: "header",
  scim2testapp: "bearer",
  zscalerbyz: "bearer",
  okta_org2org: "bearer",
};

/** Where Okta sends people, how it connects, and what it does there. */
export function describeConnection(
  org: OrgApp,
  catalogName: string | undefined,
  hints: ConnectionHints,
): DescribedConnection {
  const { authentication, isGuess } = describeAuthentication(org, catalogName);
  const told = org.connection?.baseUrl ?? undefined;
  const { server, notes } = describeServer(told, hints);
  const provisioned = readProvisioning(org);
  const obstacle = findObstacle(org, told, addressOf(server));
  const adopted = obstacle === undefined;
  const management = !adopted
    ? { management: "manual", configured: provisioned.isOn }
    : isServedByConnectionApi(catalogName, authentication.authentication)
      ? {}
      : { management: "api" };
  return {
    server,
    connection: { ...management, ...authentication },
    provisioning: provisioned.written,
    adopted,
    provisions: provisioned.isOn,
    notes: [
      ...notes,
      ...(authentication.authentication === "oauth2" ? [] : noteToken(adopted, hints, server)),
      ...(obstacle === undefined ? [] : [obstacle]),
      ...(provisioned.isOn ? [] : [noteOff()]),
      ...(isGuess ? [noteAuthentication(authentication.authentication)] : []),
      ...provisioned.notes,
    ],
  };
}

function describeAuthentication({ connection }: OrgApp, catalogName: string | undefined) {
  const clientId = connection?.profile?.["clientId"];
  if (connection?.profile?.authScheme === "OAUTH2" && typeof clientId === "string")
    return { authentication: { authentication: "oauth2" as const, clientId }, isGuess: false };
  const known = authenticationOf[catalogName ?? ""];
  const likely = catalogName === undefined ? ("header" as const) : ("bearer" as const);
  return { authentication: { authentication: known ?? likely }, isGuess: known === undefined };
}

type DescribedServer =
  | { readonly bundled: { readonly publicUrl: string; readonly tenant?: string }; readonly external?: never }
  | { readonly bundled?: never; readonly external: { readonly baseUrl: string } };

function describeServer(
  told: string | undefined,
  { name, baseUrl, bundled, neighbours }: ConnectionHints,
): { readonly server: DescribedServer; readonly notes: readonly AdoptionNote[] } {
  const known = baseUrl ?? (told === undefined || !isSayable(cutSlash(told)) ? undefined : cutSlash(told));
  const tenantUrl = known === undefined ? undefined : /^(.+\/([^/]+))\/scim\/v2$/.exec(known);
  const [, publicUrl, tenant] = tenantUrl ?? [];
  const isNeighbour = neighbours.some(
    (url) => known !== undefined && new URL(url).origin === new URL(known).origin,
  );
  if (publicUrl !== undefined && tenant !== undefined && (bundled || isNeighbour))
    return { server: { bundled: { publicUrl, ...(tenant === name ? {} : { tenant }) } }, notes: [] };
  if (bundled) {
    const [neighbour] = neighbours;
    const address = new URL(name, neighbour ?? "https://scim.example.com/").href;
    return {
      server: { bundled: { publicUrl: address } },
      notes: neighbour === undefined ? [noteAddress()] : [],
    };
  }
  if (known !== undefined) return { server: { external: { baseUrl: known } }, notes: [] };
  return {
    server: { external: { baseUrl: `https://unknown.invalid/${name}/scim/v2` } },
    notes: [noteAddress()],
  };
}

function noteAddress(): AdoptionNote {
  const text =
    "Okta does not tell where the SCIM server is (Provisioning > Integration in its console shows it): write the address here.";
  return { kind: "do", section: "server", text };
}

/** What the update needs to know that nobody can read from Okta. */
function noteToken(
  adopted: boolean,
  { stack, name }: ConnectionHints,
  server: DescribedServer,
): readonly AdoptionNote[] {
  if (server.bundled !== undefined) {
    const text = adopted
      ? "The token that Okta has now can't be read. The takeover leaves it; the update after it sets the one that follows from okta-scim:tokenKey."
      : "The token that Okta has now can't be read. An administrator enters the one of the stack's output connectionTokens.";
    return [{ kind: "changes", section: "connection", text }];
  }
  const text = "The connection's token can't be read from Okta; previews, updates and checks need it.";
  const command = `pulumi config set --stack ${stack} --secret --path 'okta-scim:tokens.${name}' <token>`;
  return [{ kind: "do", section: "connection", text, command }];
}

/** Why the connection stays an administrator's; undefined where an update may take it over as it is. */
function findObstacle(
  { connection, features }: OrgApp,
  told: string | undefined,
  written: string,
): AdoptionNote | undefined {
  const scheme = connection?.profile?.authScheme ?? connection?.authScheme;
  const leave = (why: string): AdoptionNote => ({
    kind: "kept",
    section: "connection",
    text: `${why}, so the file says that an administrator sets it (management: manual) and no update touches it.`,
  });
  if (connection === undefined || connection.status === "UNKNOWN" || scheme === "UNKNOWN")
    return leave("Okta's API does not serve this app's connection");
  if (connection.status !== "ENABLED") return leave("The connection is switched off");
  if (scheme !== "TOKEN") return leave("The connection has an OAuth consent, which can't be taken over");
  if (told === undefined || !isSayable(told))
    return leave("A spec can't say the connection's address as Okta has it");
  if (told !== written) return leave(`Okta is connected to another server than the file says, ${told}`);
  if (features === undefined || !isSayableFeature(features))
    return leave("A spec can't say what Okta does in the app (passwords of another kind)");
  return undefined;
}

/** The SCIM base URL that follows from a spec's `server`. */
function addressOf({ bundled, external }: DescribedServer): string {
  return bundled === undefined ? external.baseUrl : `${bundled.publicUrl}/scim/v2`;
}

function noteOff(): AdoptionNote {
  const text =
    "Okta provisions nobody to this app now. What follows is written down and held back until connection.configured is true; leave `adopt` in the file until then.";
  return { kind: "do", section: "connection", text };
}

function noteAuthentication(assumed: string): AdoptionNote {
  const text = `Okta does not tell how it authenticates at the SCIM server; \`${assumed}\` is a guess. Compare it with Provisioning > Integration.`;
  return { kind: "assumed", section: "connection", text };
}

/** What Okta does in the app: by the feature, or by the list that the app itself has where the API serves no features. */
function readProvisioning({ app, features }: OrgApp): {
  readonly isOn: boolean;
  readonly written: Written;
  readonly notes: readonly AdoptionNote[];
} {
  const listed = app.features ?? [];
  const isOn =
    features?.status === "ENABLED" || listed.some((name) => /^PUSH_|^GROUP_PUSH$|^SCIM_/.test(name));
  const { create, update } = features?.capabilities ?? {};
  const on = (status: string | null | undefined, name: string): boolean =>
    features === undefined ? listed.includes(name) : status === "ENABLED";
  const imports = listed.filter((name) => /^IMPORT_|^PROFILE_MASTERING$/.test(name));
  const text = `Okta also imports from the app (${imports.join(", ")}). A spec has no word for that, and it stays as it is.`;
  return {
    isOn,
    written: isOn
      ? {
          createUsers: on(create?.lifecycleCreate?.status, "PUSH_NEW_USERS"),
          updateProfiles: on(update?.profile?.status, "PUSH_PROFILE_UPDATES"),
          deactivateUsers: on(update?.lifecycleDeactivate?.status, "PUSH_USER_DEACTIVATION"),
          syncPassword: on(update?.password?.status, "PUSH_PASSWORD_UPDATES"),
        }
      : {},
    notes: imports.length === 0 ? [] : [{ kind: "kept", section: "provisioning", text }],
  };
}

/** An update sends people's Okta password or none; Okta may have been told to send random ones. */
function isSayableFeature({ status, capabilities }: OktaUserProvisioning): boolean {
  const password = capabilities?.update?.password;
  const isSynced = password?.status === "ENABLED";
  return (
    status === "ENABLED" &&
    password?.seed === (isSynced ? "OKTA" : "RANDOM") &&
    password?.change === (isSynced ? "CHANGE" : "KEEP_EXISTING")
  );
}

/** Whether a spec may say an address as it is; its rules are those of SC1205 and SC1305. */
export function isSayable(address: string): boolean {
  if (!URL.canParse(address) || address.endsWith("/")) return false;
  const { protocol, search, hash, username, password, hostname } = new URL(address);
  const isPlain = search === "" && hash === "" && username === "" && password === "";
  return /^https?:$/.test(protocol) && isPlain && isSafeUrl(address) && !hostname.includes("_");
}

function cutSlash(address: string): string {
  return address.replace(/\/+$/, "");
}
