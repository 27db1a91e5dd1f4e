import type { PackageSchema } from "./package-schema.ts";
import { Properties } from "./properties.ts";
import { type JsonValue, type PropertyMap, revealSecrets, toJson, Unknown } from "./property-value.ts";

/**
 * Reads a provider's configuration. Values that are no strings arrive as JSON text, since the configuration of a
 * default provider is made of strings.
 */
export function parseProviderConfig(schema: PackageSchema, args: PropertyMap): Properties {
  const config: Record<string, JsonValue> = {};
  for (const [name, property] of Object.entries(schema.provider.inputProperties)) {
    const value = revealSecrets(args[name] ?? null);
    if (value === null || value instanceof Unknown) continue;
    config[name] =
      property.type !== "string" && typeof value === "string" ? parseJsonText(value) : toJson(value);
  }
  return new Properties(config);
}

function parseJsonText(text: string): JsonValue {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
