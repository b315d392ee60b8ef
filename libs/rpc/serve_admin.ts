import type { UntypedServiceImplementation } from "@grpc/grpc-js";
import { ADMIN_CALLS, type AdminHandlers } from "./admin_handlers.ts";
import type { RpcLog } from "./rpc_log.ts";
import { serveUnary } from "./serve_unary.ts";

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
