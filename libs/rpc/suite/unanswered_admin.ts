import type { AdminHandlers } from "../generated/admin_calls.ts";
import { adminHandlers } from "../transport/admin_handlers.ts";
import { RpcError } from "../transport/rpc_error.ts";

/** Handlers that refuse every call but those given. */
export function unansweredAdmin(handlers: Partial<AdminHandlers> = {}): AdminHandlers {
  const refuse = () => Promise.reject(new RpcError("UNIMPLEMENTED", "not in this test"));
  return { ...adminHandlers(() => refuse), ...handlers };
}

/** Handlers of which only `getHealth` answers. */
export function healthyAdmin(): AdminHandlers {
  return unansweredAdmin({
    getHealth: async () => ({
      status: "HEALTH_STATUS_HEALTHY",
      failureRate: 0.125,
      queueSize: 3,
      problems: [],
      notes: [],
      queueCountedMax: 100,
      faults: [],
    }),
  });
}
