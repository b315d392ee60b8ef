import {
  Metadata,
  type ServerDuplexStream,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import type {
  CaptureRequest,
  CaptureResponse,
  ReportRequest,
  SubscribeRequest,
  SubscribeResponse,
} from "../generated/messages.ts";
import type { RpcLog } from "../transport/rpc_error.ts";
import type { IngestHandlers, SubscribeCaller, SubscribeHandlers } from "./handlers.ts";
import { serveUnary } from "./serve_calls.ts";
import { serverBidi } from "./server_bidi.ts";

/** Serves IngestService. */
export function serveIngest(
  handlers: IngestHandlers,
  { log }: { log: RpcLog },
): UntypedServiceImplementation {
  const onFault = (error: unknown) =>
    log.error({ err: error }, "a stream of captures failed: handling a message threw");
  return {
    capture(call: ServerDuplexStream<CaptureRequest, CaptureResponse>) {
      const bidi = serverBidi(call, { onFault });
      // Shows the client that the stream is open, before there is a message to send.
      call.sendMetadata(new Metadata());
      handlers.capture(bidi);
    },
    report: serveUnary((request: ReportRequest) => handlers.report(request), { log }),
  };
}

/** Options for {@linkcode serveSubscription}. */
export interface ServeSubscriptionOptions {
  /** The caller that a call's metadata identifies. */
  callerOf: (metadata: Metadata) => SubscribeCaller;
  log: RpcLog;
}

/** Serves SubscriptionService. */
export function serveSubscription(
  handlers: SubscribeHandlers,
  { callerOf, log }: ServeSubscriptionOptions,
): UntypedServiceImplementation {
  const onFault = (error: unknown) =>
    log.error({ err: error }, "a subscriber's stream failed: handling a message threw");
  return {
    subscribe(call: ServerDuplexStream<SubscribeRequest, SubscribeResponse>) {
      const bidi = serverBidi(call, { onFault });
      // Shows the client that the stream is open, before there is a message to send.
      call.sendMetadata(new Metadata());
      handlers.subscribe(bidi, callerOf(call.metadata));
    },
  };
}
