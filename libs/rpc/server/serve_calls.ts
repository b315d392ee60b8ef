import type { handleUnaryCall, UntypedServiceImplementation } from "@grpc/grpc-js";
import { ADMIN_CALLS, type AdminHandlers } from "../generated/admin_calls.ts";
import type { RpcLog } from "../transport/rpc_error.ts";
import { toStatus } from "../transport/rpc_status.ts";

/** Serves AdminService. */
export function serveAdmin(
  handlers: AdminHandlers,
  { log }: { log: RpcLog },
): UntypedServiceImplementation {
  return Object.fromEntries(
    ADMIN_CALLS.map((name) => {
      const handle = (request: unknown): Promise<unknown> => handlers[name](request as never);
      return [name, serveUnary(handle, { log })];
    }),
  );
}

/** Serves a call with one request and one answer. */
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
