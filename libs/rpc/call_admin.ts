import type { AdminHandlers } from "./admin_handlers.ts";
import { type CallUnaryOptions, callUnary } from "./call_unary.ts";
import { ADMIN_SERVICE } from "./load_protos.ts";

/** Calls AdminService. */
export function callAdmin(options: CallUnaryOptions): AdminHandlers {
  const call = <In, Out>(method: string) => callUnary<In, Out>(ADMIN_SERVICE, method, options);
  return {
    listEvents: call("ListEvents"),
    getEvent: call("GetEvent"),
    retryDelivery: call("RetryDelivery"),
    getMetrics: call("GetMetrics"),
    getHealth: call("GetHealth"),
    listQuarantine: call("ListQuarantine"),
    getQuarantined: call("GetQuarantined"),
    verifyQuarantined: call("VerifyQuarantined"),
    listSecrets: call("ListSecrets"),
    openEnrolment: call("OpenEnrolment"),
  };
}
