import type { ResourceDefinition } from "../../protocol/definition.ts";
import type { JsonObject } from "../../protocol/property-value.ts";
import type { ContainerRuntime, NetworkDetails } from "../runtime.ts";
import { readLabels, writeLabels } from "./labels.ts";

/** @see https://docs.docker.com/reference/api/engine/version/v1.41/#tag/Network */
export const network: ResourceDefinition<ContainerRuntime> = {
  token: "docker:index/network:Network",
  autoName: "name",
  computed: ["driver", "attachable", "internal", "ipamConfigs", "options", "ipamDriver"],
  sets: { labels: "label", ipamConfigs: null },
  create: async ({ client }, inputs) => {
    const ipamConfigs = inputs.objects("ipamConfigs").map((config) => ({
      ...(config.has("subnet") && { Subnet: config.text("subnet") }),
      ...(config.has("ipRange") && { IPRange: config.text("ipRange") }),
      ...(config.has("gateway") && { Gateway: config.text("gateway") }),
      ...(config.has("auxAddress") && { AuxiliaryAddresses: config.record("auxAddress") }),
    }));
    const id = await client.createNetwork({
      Name: inputs.text("name"),
      CheckDuplicate: true,
      Driver: inputs.optionalText("driver") ?? "bridge",
      Internal: inputs.flag("internal"),
      Attachable: inputs.flag("attachable"),
      Ingress: inputs.flag("ingress"),
      EnableIPv6: inputs.flag("ipv6"),
      Options: inputs.record("options"),
      Labels: readLabels(inputs),
      ...((ipamConfigs.length > 0 || inputs.has("ipamDriver")) && {
        IPAM: {
          Driver: inputs.optionalText("ipamDriver") ?? "default",
          Options: inputs.record("ipamOptions"),
          Config: ipamConfigs,
        },
      }),
    });
    const details = await client.findNetwork(id);
    return { id, state: details === undefined ? {} : readState(details) };
  },
  read: async ({ client }, id) => {
    const details = await client.findNetwork(id);
    return details && { id: details.Id, state: readState(details) };
  },
  delete: ({ client }, id) => client.removeNetwork(id),
};

function readState(details: NetworkDetails): JsonObject {
  return {
    name: details.Name,
    scope: details.Scope,
    driver: details.Driver,
    internal: details.Internal,
    attachable: details.Attachable,
    ingress: details.Ingress,
    ipv6: details.EnableIPv6,
    options: details.Options ?? {},
    labels: writeLabels(details.Labels),
  };
}
