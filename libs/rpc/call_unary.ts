import type { Client, Metadata, ServiceError } from "@grpc/grpc-js";
import { methodDefinition } from "./load_protos.ts";
import { fromStatus } from "./rpc_status.ts";

/** Options for {@linkcode callUnary}. */
export interface CallUnaryOptions {
  /** Gives the client to call with; throws where there is none any more. */
  open: () => Client;
  metadata: Metadata;
  /** How long a call may take, in milliseconds. */
  deadlineMs: number;
}

/** Makes the function that calls a method of a service. It rejects with an `RpcError`. */
export function callUnary<In, Out>(
  service: string,
  method: string,
  { open, metadata, deadlineMs }: CallUnaryOptions,
): (request: In) => Promise<Out> {
  const { path, requestSerialize, responseDeserialize } = methodDefinition(service, method);
  // An async function, so that a client which is closed rejects, as every other failure does.
  return async (request) => {
    const client = open();
    return new Promise((resolve, reject) => {
      client.makeUnaryRequest(
        path,
        requestSerialize,
        responseDeserialize,
        request,
        metadata,
        { deadline: Date.now() + deadlineMs },
        (error: ServiceError | null, response?: Out) => {
          if (error) reject(fromStatus(error));
          else resolve(response as Out);
        },
      );
    });
  };
}
