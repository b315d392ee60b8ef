import {
  Metadata,
  type ServerDuplexStream,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import type { CaptureRequest, CaptureResponse, ReportRequest } from "./generated/messages.ts";
import type { IngestHandlers } from "./ingest_handlers.ts";
import type { RpcLog } from "./rpc_log.ts";
import { serveUnary } from "./serve_unary.ts";
import { serverBidi } from "./server_bidi.ts";

/** Serves IngestService. */
export function serveIngest(
  handlers: IngestHandlers,
  { log }: { log: RpcLog },
): UntypedServiceImplementation {
  const onFault = (error: unknown) => log.error({ err: error }, "a capture could not be handled");
  return {
    capture(call: ServerDuplexStream<CaptureRequest, CaptureResponse>) {
      const bidi = serverBidi(call, { onFault });
      // Tells the client that the stream stands, before there is anything to say.
      call.sendMetadata(new Metadata());
      handlers.capture(bidi);
    },
    report: serveUnary((request: ReportRequest) => handlers.report(request), { log }),
  };
}
