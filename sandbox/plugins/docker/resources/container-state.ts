import type { Properties } from "../../protocol/properties.ts";
import type { JsonObject } from "../../protocol/property-value.ts";
import type { ContainerDetails } from "../runtime.ts";

const megabyte = 1024 * 1024;

/**
 * A container's state from the Engine API's answer. As in the official plugin, environment, labels, volumes, networks
 * and uploads are not read: the image adds its own, or nothing tells them.
 */
export function readContainerState(details: ContainerDetails, known: Properties): JsonObject {
  const { Config: config, HostConfig: host, NetworkSettings: network } = details;
  const swap = host.MemorySwap > 0 ? Math.round(host.MemorySwap / megabyte) : host.MemorySwap;
  return {
    name: details.Name.replace(/^\//, ""),
    hostname: config.Hostname,
    command: config.Cmd ?? [],
    entrypoints: config.Entrypoint ?? [],
    user: config.User,
    workingDir: config.WorkingDir,
    stopSignal: config.StopSignal ?? null,
    stopTimeout: config.StopTimeout ?? null,
    readOnly: host.ReadonlyRootfs,
    privileged: host.Privileged,
    networkMode: host.NetworkMode,
    restart: host.RestartPolicy?.Name || "no",
    maxRetryCount: host.RestartPolicy?.MaximumRetryCount ?? 0,
    memory: Math.round(host.Memory / megabyte),
    memorySwap: swap,
    cpuShares: host.CpuShares,
    cpuSet: host.CpusetCpus,
    shmSize: Math.round(host.ShmSize / megabyte),
    init: host.Init ?? false,
    ipcMode: host.IpcMode,
    runtime: host.Runtime,
    logDriver: host.LogConfig?.Type ?? null,
    securityOpts: host.SecurityOpt ?? [],
    capabilities: readCapabilities(details, known),
    ports: readPorts(details),
    bridge: network.Bridge,
    exitCode: details.State.Running ? null : details.State.ExitCode,
    networkDatas: Object.entries(network.Networks ?? {}).map(([networkName, data]) => ({
      networkName,
      gateway: data.Gateway,
      globalIpv6Address: data.GlobalIPv6Address,
      globalIpv6PrefixLength: data.GlobalIPv6PrefixLen,
      ipAddress: data.IPAddress,
      ipPrefixLength: data.IPPrefixLen,
      ipv6Gateway: data.IPv6Gateway,
      macAddress: data.MacAddress,
    })),
  };
}

/** Docker writes `CAP_` before the names in newer versions. */
function readCapabilities(details: ContainerDetails, known: Properties): JsonObject | null {
  const given = known.object("capabilities");
  const adds = spellAsGiven(details.HostConfig.CapAdd ?? [], given?.texts("adds") ?? []);
  const drops = spellAsGiven(details.HostConfig.CapDrop ?? [], given?.texts("drops") ?? []);
  if (adds.length === 0 && drops.length === 0) return null;
  return { ...(adds.length > 0 && { adds }), ...(drops.length > 0 && { drops }) };
}

function spellAsGiven(found: readonly string[], given: readonly string[]): string[] {
  const bare = (name: string) => name.toUpperCase().replace(/^CAP_/, "");
  const order = given.map(bare);
  return found
    .map((name) => given.find((candidate) => bare(candidate) === bare(name)) ?? name)
    .sort((left, right) => order.indexOf(bare(left)) - order.indexOf(bare(right)));
}

/** The bindings that were asked for; a port that Docker chose is told by what is bound. */
function readPorts(details: ContainerDetails): JsonObject[] {
  const bound = details.NetworkSettings.Ports ?? {};
  const ports = Object.entries(details.HostConfig.PortBindings ?? {}).flatMap(([key, bindings]) => {
    const [internal = "0", protocol = "tcp"] = key.split("/");
    return (bindings ?? []).map((binding, index) => ({
      internal: Number(internal),
      external: Number(binding.HostPort || bound[key]?.[index]?.HostPort || 0),
      ip: binding.HostIp || "0.0.0.0",
      protocol,
    }));
  });
  return ports.sort((left, right) => left.internal - right.internal || left.external - right.external);
}
