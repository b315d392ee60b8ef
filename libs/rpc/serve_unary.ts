import type { handleUnaryCall } from "@grpc/grpc-js";
import type { RpcLog } from "./rpc_log.ts";
import { toStatus } from "./rpc_status.ts";

/** Serves a call that has one request and one answer. */
export function serveUnary<In, Out>(
  handle: (request: In) => Promise<Out>,
  { log }: { log: RpcLog },
): handleUnaryCall<In, Out> {
  return async ({ request }, callback) => {
    try {
      callback(null, await handle(request));
    } catch (error) {
      callback(toStatus(error, { log }));
    }
  };
}
