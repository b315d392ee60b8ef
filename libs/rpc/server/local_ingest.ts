import type { RpcClient } from "../client/connect_rpc.ts";
import type { CaptureRequest, CaptureResponse } from "../generated/messages.ts";
import { localBidis } from "../transport/local_bidis.ts";
import type { RpcLog } from "../transport/rpc_error.ts";
import type { Caller, IngestHandlers } from "./handlers.ts";

/** The caller of an edge that runs in the dispatcher's own process. */
const EDGE: Caller = { name: "edge in this process" };

/** IngestService for an edge in the same process: the same streams and calls, without a transport. */
export function localIngest(
  handlers: IngestHandlers,
  { log }: { log: RpcLog },
): Pick<RpcClient, "capture" | "report"> {
  const onFault = (error: unknown) => {
    log.error({ err: error }, "a stream failed: its callback threw");
  };
  return {
    capture() {
      const { client, server } = localBidis<CaptureRequest, CaptureResponse>({ onFault });
      handlers.capture(server, EDGE);
      return client;
    },
    report: (request) => handlers.report(request, EDGE),
  };
}
