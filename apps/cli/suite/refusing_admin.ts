import { type AdminHandlers, adminHandlers, RpcError } from "@hookgate/rpc";

/** A dispatcher, for tests, that refuses every call but those given. */
export function refusingAdmin(handlers: Partial<AdminHandlers>): AdminHandlers {
  const refuse = () => Promise.reject(new RpcError("UNIMPLEMENTED", "not in this test"));
  return { ...adminHandlers(() => refuse), ...handlers };
}
