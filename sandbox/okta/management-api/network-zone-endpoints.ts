import { z } from "zod";
import type { JsonObject } from "../store/model.ts";
import type { OrgDocument } from "../store/org-documents.ts";
import { type ApiCall, type Endpoint, readBody } from "./api-call.ts";
import { hashTexts, inSetOrder } from "./java-set-order.ts";
import { wholeSeconds } from "./okta-time.ts";
import { documentEndpoints, linkTo, refuseNamesake } from "./org-document-endpoints.ts";

const addresses = z.array(z.object({ type: z.enum(["CIDR", "RANGE"]), value: z.string().min(1) })).nullish();
const locations = z
  .array(
    z
      .looseObject({ country: z.string().min(2), region: z.string().nullish() })
      .transform(({ country, region }) => ({ country, region: region ?? null })),
  )
  .nullish();
const texts = z.array(z.string()).nullish();

const common = {
  name: z.string().min(1).max(128),
  status: z.enum(["ACTIVE", "INACTIVE"]).nullish(),
  usage: z.enum(["POLICY", "BLOCKLIST"]).nullish(),
};
const zoneBody = z.discriminatedUnion("type", [
  z.looseObject({ ...common, type: z.literal("IP"), gateways: addresses, proxies: addresses }),
  z.looseObject({
    ...common,
    type: z.literal("DYNAMIC"),
    locations,
    proxyType: z.enum(["", "Any", "TorAnonymizer", "NotTorAnonymizer"]).nullish(),
    asns: texts,
  }),
  z.looseObject({
    ...common,
    type: z.literal("DYNAMIC_V2"),
    locations: z.looseObject({ include: locations, exclude: locations }).nullish(),
    ipServiceCategories: z.looseObject({ include: texts, exclude: texts }).nullish(),
    asns: z.looseObject({ include: texts, exclude: texts }).nullish(),
  }),
]);
type ZoneBody = z.infer<typeof zoneBody>;
type Location = NonNullable<z.infer<typeof locations>>[number];

function orderLocations(list: readonly Location[]): Location[] {
  return inSetOrder(list, ({ country, region }) => hashTexts([country, region]));
}

/** What a zone has besides what all have, with what Okta fills in, in its order. */
function readMore(body: ZoneBody): JsonObject {
  if (body.type === "IP") return { gateways: body.gateways ?? null, proxies: body.proxies ?? null };
  if (body.type === "DYNAMIC") {
    const places = body.locations ?? [];
    return {
      locations: places.length > 0 ? orderLocations(places) : null,
      proxyType: body.proxyType ?? "",
      ...(body.asns && body.asns.length > 0 ? { asns: body.asns } : {}),
    };
  }
  const { locations: places, ipServiceCategories: services, asns } = body;
  return {
    locations: {
      include: orderLocations(places?.include ?? []),
      exclude: orderLocations(places?.exclude ?? []),
    },
    ipServiceCategories: { include: services?.include ?? [], exclude: services?.exclude ?? [] },
    asns: { include: asns?.include ?? [], exclude: asns?.exclude ?? [] },
  };
}

function readZone(call: ApiCall, before: OrgDocument | undefined) {
  const body = readBody(call, zoneBody, "networkZone");
  refuseNamesake(call, "network-zone", body.name, before);
  return {
    name: body.name,
    status: body.status ?? before?.status ?? "ACTIVE",
    document: { type: body.type, usage: body.usage ?? "POLICY", ...readMore(body) },
  };
}

function presentZone({ id, name, status, document, created, lastUpdated }: OrgDocument): JsonObject {
  const { type, usage, ...more } = document;
  return {
    type: type ?? null,
    id,
    name,
    status,
    usage: usage ?? null,
    created: wholeSeconds(created),
    lastUpdated: wholeSeconds(lastUpdated),
    system: false,
    ...more,
  };
}

/** Network zones. Nobody signs in here, so that they limit nobody. */
export const NETWORK_ZONE_ENDPOINTS: readonly Endpoint[] = documentEndpoints({
  kind: "network-zone",
  path: "/api/v1/zones",
  parameter: "zoneId",
  prefix: "nzo",
  resource: "NetworkZone",
  scope: "okta.networkZones",
  pages: { default: 1000, max: 1000 },
  keepsTime: true,
  deletedInactive: false,
  read: readZone,
  present: presentZone,
  links: (href) => ({ first: { self: linkTo(href, "GET", "PUT", "DELETE") }, last: {} }),
});
