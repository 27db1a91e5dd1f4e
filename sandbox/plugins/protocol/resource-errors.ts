import { Metadata, status } from "@grpc/grpc-js";
import providerPb from "@pulumi/pulumi/proto/provider_pb.js";
import statusPb from "@pulumi/pulumi/proto/status_pb.js";
import anyPb from "google-protobuf/google/protobuf/any_pb.js";
import type structPb from "google-protobuf/google/protobuf/struct_pb.js";
import type { PartialFailure } from "./definition.ts";

/** The protocol's way to say "it failed, but it exists": the engine keeps it in the state and tries an update next. */
export function initFailure(failure: PartialFailure, state: structPb.Struct, inputs: structPb.Struct): Error {
  const detail = new providerPb.ErrorResourceInitFailed();
  detail.setId(failure.id);
  detail.setProperties(state);
  detail.setInputs(inputs);
  detail.setReasonsList([failure.message]);
  const any = new anyPb.Any();
  any.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const rpcStatus = new statusPb.Status();
  rpcStatus.setCode(status.UNKNOWN);
  rpcStatus.setMessage(failure.message);
  rpcStatus.addDetails(any);
  const metadata = new Metadata();
  metadata.add("grpc-status-details-bin", Buffer.from(rpcStatus.serializeBinary()));
  return Object.assign(new Error(failure.message), { metadata });
}
