import type { handleUnaryCall, UntypedServiceImplementation } from "@grpc/grpc-js";
import type { AdminHandlers } from "./admin_handlers.ts";
import type { RpcLog } from "./rpc_log.ts";
import { toStatus } from "./rpc_status.ts";

/** Serves AdminService. */
export function serveAdmin(
  handlers: AdminHandlers,
  { log }: { log: RpcLog },
): UntypedServiceImplementation {
  return {
    listEvents: unary((request: Request<"listEvents">) => handlers.listEvents(request), log),
    getEvent: unary((request: Request<"getEvent">) => handlers.getEvent(request), log),
    retryDelivery: unary(
      (request: Request<"retryDelivery">) => handlers.retryDelivery(request),
      log,
    ),
    getMetrics: unary((request: Request<"getMetrics">) => handlers.getMetrics(request), log),
    getHealth: unary((request: Request<"getHealth">) => handlers.getHealth(request), log),
  };
}

type Request<Name extends keyof AdminHandlers> = Parameters<AdminHandlers[Name]>[0];

function unary<In, Out>(
  handle: (request: In) => Promise<Out>,
  log: RpcLog,
): handleUnaryCall<In, Out> {
  return async ({ request }, callback) => {
    try {
      callback(null, await handle(request));
    } catch (error) {
      callback(toStatus(error, { log }));
    }
  };
}
