import type { handleUnaryCall, ServerUnaryCall, UntypedServiceImplementation } from "@grpc/grpc-js";
import { ADMIN_CALLS } from "../generated/admin_calls.ts";
import type { RpcLog } from "../transport/rpc_error.ts";
import { toStatus } from "../transport/rpc_status.ts";
import type { CallerOf } from "./authorize.ts";
import type { AdminServer, Caller } from "./handlers.ts";

/** Options for {@linkcode serveUnary}. */
export interface ServeCallsOptions {
  callerOf: CallerOf;
  log: RpcLog;
}

/** Serves AdminService. */
export function serveAdmin(
  handlers: AdminServer,
  options: ServeCallsOptions,
): UntypedServiceImplementation {
  return Object.fromEntries(
    ADMIN_CALLS.map((name) => {
      const handle = (request: unknown, caller: Caller): Promise<unknown> =>
        handlers[name](request as never, caller);
      return [name, serveUnary(handle, options)];
    }),
  );
}

/** Serves a call with one request and one answer. */
export function serveUnary<In, Out>(
  handle: (request: In, caller: Caller) => Promise<Out>,
  { callerOf, log }: ServeCallsOptions,
): handleUnaryCall<In, Out> {
  return async (call: ServerUnaryCall<In, Out>, callback) => {
    try {
      callback(null, await handle(call.request, callerOf(call)));
    } catch (error) {
      callback(toStatus(error, { log }));
    }
  };
}
