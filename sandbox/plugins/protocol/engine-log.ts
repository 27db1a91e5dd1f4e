import { credentials } from "@grpc/grpc-js";
import engineGrpc from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import enginePb from "@pulumi/pulumi/proto/engine_pb.js";

/** Shows a line to the user through the engine; a line that can't be delivered is no reason to fail. */
export type EngineLog = (severity: "info" | "warning", urn: string, message: string) => void;

/** Connects to the engine's log. @param address host:port, from the handshake */
export function connectEngineLog(address: string): EngineLog {
  const client = new engineGrpc.EngineClient(address, credentials.createInsecure());
  return (severity, urn, message) => {
    const request = new enginePb.LogRequest();
    request.setSeverity(severity === "warning" ? enginePb.LogSeverity.WARNING : enginePb.LogSeverity.INFO);
    request.setUrn(urn);
    request.setMessage(message);
    client.log(request, () => {});
  };
}
