import { z } from "zod";
import type { JsonObject } from "../store/model.ts";
import type { OrgDocument } from "../store/org-documents.ts";
import { type ApiCall, type Endpoint, readBody } from "./api-call.ts";
import { hashText, inSetOrder } from "./java-set-order.ts";
import { blankField, invalid } from "./okta-error.ts";
import { wholeSeconds } from "./okta-time.ts";
import { documentEndpoints, linkTo } from "./org-document-endpoints.ts";

const header = z.looseObject({ key: z.string(), value: z.string().nullish() });
const authScheme = z
  .looseObject({ type: z.string(), key: z.string().nullish(), value: z.string().nullish() })
  .nullish();
/** Where and how Okta calls: the same for hooks of both kinds. */
const httpConfig = z.looseObject({
  uri: z.url({ protocol: /^https$/ }),
  headers: z.array(header).nullish(),
  method: z.string().nullish(),
  authScheme,
});

const eventHookBody = z.looseObject({
  name: z.string().min(1).max(255),
  description: z.string().nullish(),
  events: z.looseObject({
    type: z.string(),
    items: z.array(z.string().min(1)).min(1),
    filter: z.json().nullish(),
  }),
  channel: z.looseObject({
    type: z.literal("HTTP"),
    version: z.string(),
    config: httpConfig,
  }),
});

const INLINE_HOOK_TYPES: readonly string[] = [
  "com.okta.import.transform",
  "com.okta.oauth2.tokens.transform",
  "com.okta.saml.tokens.transform",
  "com.okta.telephony.provider",
  "com.okta.user.credential.password.import",
  "com.okta.user.pre-registration",
];

const inlineHookBody = z.looseObject({
  name: z.string().min(1).max(255),
  /** A replacement need not say it again. */
  type: z.string().optional(),
  version: z.string(),
  status: z.enum(["ACTIVE", "INACTIVE"]).nullish(),
  channel: z.looseObject({
    type: z.enum(["HTTP", "OAUTH"]),
    version: z.string(),
    config: httpConfig.extend({
      clientId: z.string().nullish(),
      tokenUrl: z.string().nullish(),
      authType: z.string().nullish(),
      scope: z.string().nullish(),
      hookKeyId: z.string().nullish(),
    }),
  }),
});

/** How the hook says who calls. Its value is a secret: it is neither kept nor shown. */
function readScheme(scheme: z.infer<typeof authScheme>): JsonObject | null {
  return scheme === null || scheme === undefined ? null : { type: scheme.type, key: scheme.key ?? null };
}

function readHeaders(headers: readonly z.infer<typeof header>[] | null | undefined): JsonObject[] {
  return (headers ?? []).map(({ key, value }) => ({ key, value: value ?? null }));
}

function readEventHook(call: ApiCall, before: OrgDocument | undefined) {
  const { name, description, events, channel } = readBody(call, eventHookBody, "eventHook");
  const scheme = readScheme(channel.config.authScheme);
  return {
    name,
    status: before?.status ?? ("ACTIVE" as const),
    document: {
      description: description ?? null,
      events: {
        type: events.type,
        items: inSetOrder([...new Set(events.items)], hashText),
        filter: events.filter ?? null,
      },
      channel: {
        type: channel.type,
        version: channel.version,
        config: {
          uri: channel.config.uri,
          headers: readHeaders(channel.config.headers),
          method: channel.config.method ?? "POST",
          ...(scheme === null ? {} : { authScheme: scheme }),
        },
      },
    },
  };
}

function presentEventHook(hook: OrgDocument): JsonObject {
  return {
    id: hook.id,
    status: hook.status,
    verificationStatus: "UNVERIFIED",
    name: hook.name,
    description: hook.document["description"] ?? null,
    created: wholeSeconds(hook.created),
    createdBy: hook.createdBy,
    lastUpdated: wholeSeconds(hook.lastUpdated),
    events: hook.document["events"] ?? {},
    channel: hook.document["channel"] ?? {},
  };
}

/** What a channel that asks for tokens has besides; the client's secret is neither kept nor shown. */
const OAUTH_FIELDS = ["clientId", "tokenUrl", "authType", "scope", "hookKeyId"] as const;

function readInlineHook(call: ApiCall, before: OrgDocument | undefined) {
  const body = readBody(call, inlineHookBody, "inlineHook");
  const type = body.type ?? before?.document["type"];
  if (typeof type !== "string") throw blankField("type");
  if (!INLINE_HOOK_TYPES.includes(type)) {
    throw invalid("type", `type: ${type} is no type of inline hooks`);
  }
  if (before !== undefined && before.document["type"] !== type) {
    throw invalid("type", "type: The type of an inline hook cannot be changed");
  }
  const { config } = body.channel;
  const oauth = OAUTH_FIELDS.flatMap((name) => {
    const value = config[name];
    return typeof value === "string" && value !== "" ? [[name, value] as const] : [];
  });
  return {
    name: body.name,
    status: before?.status ?? body.status ?? ("ACTIVE" as const),
    document: {
      type,
      version: body.version,
      channel: {
        type: body.channel.type,
        version: body.channel.version,
        config: {
          uri: config.uri,
          headers: readHeaders(config.headers),
          method: config.method ?? "POST",
          authScheme: readScheme(config.authScheme),
          ...Object.fromEntries(oauth),
        },
      },
    },
  };
}

/** Event hooks and inline hooks. The emulated org calls none of them: an event hook stays unverified, to which Okta sends nothing either. */
export const HOOK_ENDPOINTS: readonly Endpoint[] = [
  ...documentEndpoints({
    kind: "event-hook",
    path: "/api/v1/eventHooks",
    parameter: "eventHookId",
    prefix: "who",
    resource: "EventHook",
    scope: "okta.eventHooks",
    pages: undefined,
    keepsTime: true,
    deletedInactive: true,
    read: readEventHook,
    present: presentEventHook,
    links: (href, status) => ({
      first: {
        self: { href },
        ...(status === "ACTIVE" ? { verify: linkTo(`${href}/lifecycle/verify`, "POST") } : {}),
      },
      last: { delete: linkTo(href, "DELETE") },
    }),
  }),
  ...documentEndpoints({
    kind: "inline-hook",
    path: "/api/v1/inlineHooks",
    parameter: "inlineHookId",
    prefix: "cal",
    resource: "InlineHook",
    scope: "okta.inlineHooks",
    pages: undefined,
    keepsTime: false,
    deletedInactive: true,
    read: readInlineHook,
    present: ({ id, status, name, document, created, lastUpdated }) => ({
      id,
      status,
      name,
      type: document["type"] ?? null,
      version: document["version"] ?? null,
      channel: document["channel"] ?? {},
      created: wholeSeconds(created),
      lastUpdated: wholeSeconds(lastUpdated),
    }),
    links: (href, status) => ({
      first: {
        self: { href },
        ...(status === "ACTIVE" ? { execute: linkTo(`${href}/execute`, "POST") } : {}),
      },
      last: { delete: linkTo(href, "DELETE") },
    }),
  }),
];
