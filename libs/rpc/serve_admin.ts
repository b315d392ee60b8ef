import type { UntypedServiceImplementation } from "@grpc/grpc-js";
import type { AdminHandlers } from "./admin_handlers.ts";
import type { RpcLog } from "./rpc_log.ts";
import { serveUnary } from "./serve_unary.ts";

/** Serves AdminService. */
export function serveAdmin(
  handlers: AdminHandlers,
  { log }: { log: RpcLog },
): UntypedServiceImplementation {
  const serve = <Name extends keyof AdminHandlers>(name: Name) =>
    serveUnary<Request<Name>, unknown>((request) => handlers[name](request as never), { log });
  return {
    listEvents: serve("listEvents"),
    getEvent: serve("getEvent"),
    retryDelivery: serve("retryDelivery"),
    getMetrics: serve("getMetrics"),
    getHealth: serve("getHealth"),
    listQuarantine: serve("listQuarantine"),
    getQuarantined: serve("getQuarantined"),
    verifyQuarantined: serve("verifyQuarantined"),
    listSecrets: serve("listSecrets"),
    openEnrolment: serve("openEnrolment"),
  };
}

type Request<Name extends keyof AdminHandlers> = Parameters<AdminHandlers[Name]>[0];
