import {
  type handleUnaryCall,
  Metadata,
  type ServerUnaryCall,
  type sendUnaryData,
  status,
} from "@grpc/grpc-js";

/** An async function as a gRPC method. An error keeps its text, and its details where it has some. */
export function unary<Request, Response>(
  handle: (request: Request, peer: string) => Promise<Response>,
): handleUnaryCall<Request, Response> {
  return (call: ServerUnaryCall<Request, Response>, callback: sendUnaryData<Response>) => {
    handle(call.request, call.getPeer()).then(
      (response) => callback(null, response),
      (error: unknown) => {
        const metadata =
          error instanceof Error && "metadata" in error && error.metadata instanceof Metadata
            ? error.metadata
            : new Metadata();
        const details = error instanceof Error ? error.message : String(error);
        callback({ code: status.UNKNOWN, details, metadata });
      },
    );
  };
}

/** A method that the engine can do without. */
export function unimplemented(method: string): handleUnaryCall<unknown, unknown> {
  return (_call, callback) => {
    callback({ code: status.UNIMPLEMENTED, details: `${method} is not part of the stand-in.` });
  };
}
