import type { ResourceDefinition } from "../../protocol/definition.ts";
import type { JsonObject } from "../../protocol/property-value.ts";
import type { ContainerRuntime, VolumeDetails } from "../runtime.ts";
import { readLabels, writeLabels } from "./labels.ts";

/** @see https://docs.docker.com/reference/api/engine/version/v1.41/#tag/Volume */
export const volume: ResourceDefinition<ContainerRuntime> = {
  token: "docker:index/volume:Volume",
  autoName: "name",
  computed: ["driver"],
  sets: { labels: "label" },
  create: async ({ client }, inputs) => {
    const details = await client.createVolume({
      Name: inputs.text("name"),
      ...(inputs.has("driver") && { Driver: inputs.text("driver") }),
      DriverOpts: inputs.record("driverOpts"),
      Labels: readLabels(inputs),
    });
    return { id: details.Name, state: readState(details) };
  },
  read: async ({ client }, id) => {
    const details = await client.findVolume(id);
    return details && { state: readState(details) };
  },
  delete: ({ client }, id) => client.removeVolume(id),
};

function readState(details: VolumeDetails): JsonObject {
  return {
    name: details.Name,
    driver: details.Driver,
    mountpoint: details.Mountpoint,
    driverOpts: details.Options ?? null,
    labels: writeLabels(details.Labels),
  };
}
