import type { Client, Metadata, ServiceError } from "@grpc/grpc-js";
import type { AdminHandlers } from "./admin_handlers.ts";
import { ADMIN_SERVICE, methodDefinition } from "./load_protos.ts";
import { fromStatus } from "./rpc_status.ts";

/** Options for {@linkcode callAdmin}. */
export interface CallAdminOptions {
  metadata: Metadata;
  /** How long a call may take, in milliseconds. */
  deadlineMs: number;
}

/** Calls AdminService over the client that `open` gives. */
export function callAdmin(open: () => Client, options: CallAdminOptions): AdminHandlers {
  const call = <In, Out>(name: string) => {
    const { path, requestSerialize, responseDeserialize } = methodDefinition(ADMIN_SERVICE, name);
    // An async function, so that a client which is closed rejects, as every other failure does.
    return async (request: In): Promise<Out> => {
      const client = open();
      return new Promise((resolve, reject) => {
        client.makeUnaryRequest(
          path,
          requestSerialize,
          responseDeserialize,
          request,
          options.metadata,
          { deadline: Date.now() + options.deadlineMs },
          (error: ServiceError | null, response?: Out) => {
            if (error) reject(fromStatus(error));
            else resolve(response as Out);
          },
        );
      });
    };
  };
  return {
    listEvents: call("ListEvents"),
    getEvent: call("GetEvent"),
    retryDelivery: call("RetryDelivery"),
    getMetrics: call("GetMetrics"),
    getHealth: call("GetHealth"),
  };
}
