import { type AdminHandlers, RpcError } from "@hookgate/rpc";

/** A dispatcher, for tests, that refuses every call but those given. */
export function refusingAdmin(handlers: Partial<AdminHandlers>): AdminHandlers {
  const refuse = () => Promise.reject(new RpcError("UNIMPLEMENTED", "not in this test"));
  return {
    listEvents: refuse,
    getEvent: refuse,
    retryDelivery: refuse,
    getMetrics: refuse,
    getHealth: refuse,
    listQuarantine: refuse,
    getQuarantined: refuse,
    verifyQuarantined: refuse,
    listSecrets: refuse,
    openEnrolment: refuse,
    ...handlers,
  };
}
