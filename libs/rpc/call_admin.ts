import { type AdminHandlers, adminHandlers } from "./admin_handlers.ts";
import { type CallUnaryOptions, callUnary } from "./call_unary.ts";
import { ADMIN_SERVICE } from "./load_protos.ts";

/** Calls AdminService. */
export function callAdmin(options: CallUnaryOptions): AdminHandlers {
  return adminHandlers((name) => {
    const method = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
    return callUnary(ADMIN_SERVICE, method, options);
  });
}
