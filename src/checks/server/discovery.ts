import { z } from "zod";
import {
  resourceTypeSchema,
  schemaDefinitionSchema,
  serviceProviderConfigSchema,
} from "../../scim/scim-messages.ts";
import { parseScimPath } from "../../spec/scim-path.ts";
import type { AppSession } from "../app-session.ts";
import { type Check, CheckFailure, demand, pass } from "../check.ts";
import { demandShape, demandStatus } from "./answers.ts";

const attributesSchema = z.looseObject({
  name: z.string(),
  get subAttributes() {
    return z.array(attributesSchema).nullish();
  },
});

/** `/Schemas` and `/ResourceTypes` are lists (RFC 7644 section 4). */
function listOf<Schema extends z.ZodType>(element: Schema) {
  return z.looseObject({ totalResults: z.int(), Resources: z.array(element) });
}

const schemaWithAttributes = schemaDefinitionSchema.extend({ attributes: z.array(attributesSchema) });

export const discoveryChecks: readonly Check[] = [
  {
    id: "server.discovery.config",
    question: "Does the server describe itself, with PATCH and filters supported?",
    needs: ["server.auth.accepted"],
    run: async ({ probe }) => {
      const answer = await probe.send({ path: "/ServiceProviderConfig" });
      demandStatus(answer, 200);
      const config = demandShape(answer, serviceProviderConfigSchema, "a ServiceProviderConfig");
      const remedy =
        "Okta's catalog apps send PATCH, and Okta looks people up by filter: support both, and say so.";
      demand(config.patch.supported, "The server says that it does not support PATCH.", remedy);
      demand(config.filter.supported, "The server says that it does not support filters.", remedy);
      return pass("The server supports PATCH and filters.");
    },
  },
  {
    id: "server.discovery.resource-types",
    question: "Does the server offer users and groups where Okta looks for them?",
    needs: ["server.auth.accepted"],
    run: async ({ probe }) => {
      const answer = await probe.send({ path: "/ResourceTypes" });
      demandStatus(answer, 200);
      const types = demandShape(answer, listOf(resourceTypeSchema), "a list of resource types").Resources;
      for (const endpoint of ["/Users", "/Groups"]) {
        demand(
          types.some((type) => type.endpoint === endpoint || type.endpoint.endsWith(endpoint)),
          `No resource type has the endpoint ${endpoint}.`,
          "Offer User at /Users and Group at /Groups, and list them under /ResourceTypes (RFC 7643 section 6).",
        );
      }
      return pass(`The server offers ${types.map(({ name }) => name).join(", ")}.`);
    },
  },
  {
    id: "server.discovery.schemas",
    question: "Does the server know every attribute that the spec sends?",
    needs: ["server.auth.accepted"],
    run: findUnknownAttributes,
  },
];

async function findUnknownAttributes({ app, probe }: AppSession) {
  const answer = await probe.send({ path: "/Schemas" });
  demandStatus(answer, 200);
  const schemas = demandShape(answer, listOf(schemaWithAttributes), "a list of schemas").Resources;
  const known = new Map(schemas.map((schema) => [schema.id.toLowerCase(), schema.attributes]));
  const unknown = app.attributes.filter(({ scim }) => {
    const path = parseScimPath(scim);
    if (path === undefined) return true;
    const attributes = known.get(path.schema.toLowerCase());
    const attribute = attributes?.find(({ name }) => isSame(name, path.attribute));
    if (attribute === undefined) return !commonAttributes.has(path.attribute.toLowerCase());
    return (
      path.subAttribute !== undefined &&
      !(attribute.subAttributes ?? []).some(({ name }) => isSame(name, path.subAttribute))
    );
  });
  if (unknown.length > 0) {
    throw new CheckFailure(
      "The server's schemas lack attributes that the spec sends.",
      "Declare them in the server (bundled: the tenant's attributes come from the spec; run an update), or correct their scim path in the spec.",
      { details: unknown.map(({ property, scim }) => `${property} -> ${scim}`) },
    );
  }
  return pass(`The server knows all ${app.attributes.length} attributes that the spec sends.`);
}

/** Attributes that every resource has without its schema naming them (RFC 7643 section 3.1). */
const commonAttributes = new Set(["id", "externalid", "meta"]);

function isSame(name: string, other: string | undefined): boolean {
  return name.toLowerCase() === other?.toLowerCase();
}
