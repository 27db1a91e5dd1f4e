import type { Properties } from "../../protocol/properties.ts";
import type { JsonObject } from "../../protocol/property-value.ts";

/** The `labels` input, a list of pairs, as the Engine API's map. */
export function readLabels(inputs: Properties): Record<string, string> {
  return Object.fromEntries(
    inputs.objects("labels").map((label) => [label.text("label"), label.text("value")]),
  );
}

/** The Engine API's map of labels as the `labels` output; undefined for none. */
export function writeLabels(
  labels: Readonly<Record<string, string>> | null | undefined,
): JsonObject[] | null {
  const pairs = Object.entries(labels ?? {}).map(([label, value]) => ({ label, value }));
  return pairs.length > 0 ? pairs : null;
}
