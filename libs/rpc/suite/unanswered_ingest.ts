import type { IngestHandlers } from "../server/handlers.ts";
import { RpcError } from "../transport/rpc_error.ts";

/** Handlers that take no notice of captures and refuse reports, but for those given. */
export function unansweredIngest(handlers: Partial<IngestHandlers> = {}): IngestHandlers {
  return {
    capture() {},
    report: () => Promise.reject(new RpcError("UNIMPLEMENTED", "not in this test")),
    ...handlers,
  };
}
