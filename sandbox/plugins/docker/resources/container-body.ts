import type { Properties } from "../../protocol/properties.ts";
import type { JsonObject, JsonValue } from "../../protocol/property-value.ts";
import { readLabels } from "./labels.ts";

const megabyte = 1024 * 1024;

/** Marks containers that the stand-in made: one of them that stands in the way of its successor may be removed. */
export const ownerLabel = "okta-scim.docker-stand-in";

/**
 * The Engine API's request for a container.
 * @see https://docs.docker.com/reference/api/engine/version/v1.41/#operation/ContainerCreate
 */
export function buildContainer(inputs: Properties): JsonObject {
  const ports = inputs.objects("ports");
  const volumes = inputs.objects("volumes");
  const command = inputs.texts("command");
  const entrypoint = inputs.texts("entrypoints");
  const healthcheck = inputs.object("healthcheck");
  return withoutAbsent({
    Image: inputs.text("image"),
    Hostname: inputs.optionalText("hostname"),
    Domainname: inputs.optionalText("domainname"),
    User: inputs.optionalText("user"),
    WorkingDir: inputs.optionalText("workingDir"),
    Tty: inputs.flag("tty"),
    OpenStdin: inputs.flag("stdinOpen"),
    StopSignal: inputs.optionalText("stopSignal"),
    StopTimeout: inputs.optionalNumber("stopTimeout"),
    Env: inputs.texts("envs"),
    Labels: { ...readLabels(inputs), [ownerLabel]: "true" },
    Cmd: command.length > 0 ? command : undefined,
    Entrypoint: entrypoint.length > 0 ? entrypoint : undefined,
    Healthcheck: healthcheck && buildHealthcheck(healthcheck),
    ExposedPorts: Object.fromEntries(ports.map((port) => [portKey(port), {}])),
    Volumes: Object.fromEntries(
      volumes
        .filter(
          (volume) => !volume.has("volumeName") && !volume.has("hostPath") && volume.has("containerPath"),
        )
        .map((volume) => [volume.text("containerPath"), {}]),
    ),
    HostConfig: buildHostConfig(inputs, ports, volumes),
  });
}

function buildHostConfig(
  inputs: Properties,
  ports: readonly Properties[],
  volumes: readonly Properties[],
): JsonObject {
  const bindings: Record<string, JsonValue[]> = {};
  for (const port of ports) {
    const external = port.optionalNumber("external");
    const binding = {
      HostIp: port.optionalText("ip") ?? "",
      HostPort: external === undefined ? "" : String(external),
    };
    bindings[portKey(port)] = [...(bindings[portKey(port)] ?? []), binding];
  }
  const swap = inputs.optionalNumber("memorySwap");
  return withoutAbsent({
    ...buildUpdate(inputs),
    MemorySwap: swap === undefined ? undefined : swap > 0 ? swap * megabyte : swap,
    AutoRemove: inputs.flag("rm"),
    Privileged: inputs.flag("privileged"),
    PublishAllPorts: inputs.flag("publishAllPorts"),
    ReadonlyRootfs: inputs.flag("readOnly"),
    Init: inputs.optionalFlag("init"),
    CapAdd: inputs.object("capabilities")?.texts("adds"),
    CapDrop: inputs.object("capabilities")?.texts("drops"),
    SecurityOpt: inputs.has("securityOpts") ? inputs.texts("securityOpts") : undefined,
    NetworkMode: inputs.optionalText("networkMode"),
    PidMode: inputs.optionalText("pidMode"),
    IpcMode: inputs.optionalText("ipcMode"),
    UsernsMode: inputs.optionalText("usernsMode"),
    CgroupnsMode: inputs.optionalText("cgroupnsMode"),
    CgroupParent: inputs.optionalText("cgroupParent"),
    Runtime: inputs.optionalText("runtime"),
    NanoCpus: inputs.has("cpus") ? Math.round(Number(inputs.text("cpus")) * 1e9) : undefined,
    ShmSize: scale(inputs.optionalNumber("shmSize")),
    Tmpfs: inputs.record("tmpfs"),
    Sysctls: inputs.record("sysctls"),
    StorageOpt: inputs.has("storageOpts") ? inputs.record("storageOpts") : undefined,
    GroupAdd: inputs.texts("groupAdds"),
    Dns: inputs.texts("dns"),
    DnsOptions: inputs.texts("dnsOpts"),
    DnsSearch: inputs.texts("dnsSearches"),
    ExtraHosts: inputs.objects("hosts").map((host) => `${host.text("host")}:${host.text("ip")}`),
    Ulimits: inputs.objects("ulimits").map((limit) => ({
      Name: limit.text("name"),
      Soft: limit.optionalNumber("soft") ?? 0,
      Hard: limit.optionalNumber("hard") ?? 0,
    })),
    Devices: inputs.objects("devices").map((device) => ({
      PathOnHost: device.text("hostPath"),
      PathInContainer: device.optionalText("containerPath") ?? device.text("hostPath"),
      CgroupPermissions: device.optionalText("permissions") ?? "rwm",
    })),
    DeviceCgroupRules: inputs.has("deviceCgroupRules") ? inputs.texts("deviceCgroupRules") : undefined,
    LogConfig:
      inputs.has("logDriver") || inputs.has("logOpts")
        ? { Type: inputs.optionalText("logDriver") ?? "", Config: inputs.record("logOpts") }
        : undefined,
    PortBindings: bindings,
    Binds: volumes.filter((volume) => volume.has("volumeName") || volume.has("hostPath")).map(buildBind),
    VolumesFrom: volumes
      .filter((volume) => volume.has("fromContainer"))
      .map((volume) => volume.text("fromContainer")),
    Mounts: inputs.objects("mounts").map(buildMount),
  });
}

/** What can be changed on a container that runs. */
export function buildUpdate(inputs: Properties): JsonObject {
  return withoutAbsent({
    RestartPolicy: {
      Name: inputs.optionalText("restart") ?? "no",
      MaximumRetryCount: inputs.optionalNumber("maxRetryCount") ?? 0,
    },
    Memory: scale(inputs.optionalNumber("memory")),
    MemoryReservation: scale(inputs.optionalNumber("memoryReservation")),
    CpuShares: inputs.optionalNumber("cpuShares"),
    CpuPeriod: inputs.optionalNumber("cpuPeriod"),
    CpuQuota: inputs.optionalNumber("cpuQuota"),
    CpusetCpus: inputs.optionalText("cpuSet"),
  });
}

/** How a container takes part in a network. */
export function buildEndpoint(network: Properties): JsonObject {
  const ipam = withoutAbsent({
    IPv4Address: network.optionalText("ipv4Address"),
    IPv6Address: network.optionalText("ipv6Address"),
    LinkLocalIPs: network.has("linkLocalIps") ? network.texts("linkLocalIps") : undefined,
  });
  return withoutAbsent({
    Aliases: network.texts("aliases"),
    IPAMConfig: ipam,
    MacAddress: network.optionalText("macAddress"),
  });
}

function buildHealthcheck(check: Properties): JsonObject {
  return {
    Test: check.texts("tests"),
    Interval: parseDuration(check.optionalText("interval")),
    Timeout: parseDuration(check.optionalText("timeout")),
    StartPeriod: parseDuration(check.optionalText("startPeriod")),
    Retries: check.optionalNumber("retries") ?? 0,
  };
}

function buildBind(volume: Properties): string {
  const source = volume.optionalText("volumeName") ?? volume.text("hostPath");
  const options = [
    volume.flag("readOnly") ? "ro" : "rw",
    ...(volume.has("selinuxRelabel") ? [volume.text("selinuxRelabel")] : []),
  ];
  return `${source}:${volume.text("containerPath")}:${options.join(",")}`;
}

function buildMount(mount: Properties): JsonObject {
  const bind = mount.object("bindOptions");
  const volume = mount.object("volumeOptions");
  const tmpfs = mount.object("tmpfsOptions");
  return withoutAbsent({
    Type: mount.text("type"),
    Source: mount.optionalText("source"),
    Target: mount.text("target"),
    ReadOnly: mount.flag("readOnly"),
    BindOptions: bind && { Propagation: bind.optionalText("propagation") ?? "" },
    VolumeOptions: volume && {
      NoCopy: volume.flag("noCopy"),
      Labels: readLabels(volume),
      ...(volume.has("driverName") && {
        DriverConfig: { Name: volume.text("driverName"), Options: volume.record("driverOptions") },
      }),
    },
    TmpfsOptions:
      tmpfs &&
      withoutAbsent({ SizeBytes: tmpfs.optionalNumber("sizeBytes"), Mode: tmpfs.optionalNumber("mode") }),
  });
}

/** Go's notation: `1m30s`, `500ms`. @returns nanoseconds; 0 when absent */
export function parseDuration(text: string | undefined): number {
  const units: Readonly<Record<string, number>> = {
    ns: 1,
    us: 1e3,
    µs: 1e3,
    ms: 1e6,
    s: 1e9,
    m: 60e9,
    h: 3600e9,
  };
  let total = 0;
  for (const [, amount = "0", unit = "s"] of (text ?? "").matchAll(/([\d.]+)(ns|us|µs|ms|s|m|h)/g)) {
    total += Number(amount) * (units[unit] ?? 0);
  }
  return total;
}

/** `8080/tcp` */
function portKey(port: Properties): string {
  return `${port.optionalNumber("internal") ?? 0}/${port.optionalText("protocol") ?? "tcp"}`;
}

function scale(megabytes: number | undefined): number | undefined {
  return megabytes === undefined ? undefined : megabytes * megabyte;
}

function withoutAbsent(values: Readonly<Record<string, JsonValue | undefined>>): JsonObject {
  const present = Object.entries(values).filter(
    (entry): entry is [string, JsonValue] => entry[1] !== undefined && entry[1] !== "",
  );
  return Object.fromEntries(present);
}
