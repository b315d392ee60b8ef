import {
  Metadata,
  type ServerDuplexStream,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import type {
  CaptureRequest,
  CaptureResponse,
  ReportRequest,
  ReportResponse,
  SubscribeRequest,
  SubscribeResponse,
} from "../generated/messages.ts";
import type { IngestHandlers, SubscribeHandlers } from "./handlers.ts";
import { type ServeCallsOptions, serveUnary } from "./serve_calls.ts";
import { serverBidi } from "./server_bidi.ts";

/** Serves IngestService. */
export function serveIngest(
  handlers: IngestHandlers,
  options: ServeCallsOptions,
): UntypedServiceImplementation {
  const { callerOf, log } = options;
  const onFault = (error: unknown) =>
    log.error({ err: error }, "a stream of captures failed: handling a message threw");
  return {
    capture(call: ServerDuplexStream<CaptureRequest, CaptureResponse>) {
      const bidi = serverBidi(call, { onFault });
      // Shows the client that the stream is open, before there is a message to send.
      call.sendMetadata(new Metadata());
      handlers.capture(bidi, callerOf(call));
    },
    report: serveUnary<ReportRequest, ReportResponse>(
      (request, caller) => handlers.report(request, caller),
      options,
    ),
  };
}

/** Serves SubscriptionService. */
export function serveSubscription(
  handlers: SubscribeHandlers,
  { callerOf, log }: ServeCallsOptions,
): UntypedServiceImplementation {
  const onFault = (error: unknown) =>
    log.error({ err: error }, "a subscriber's stream failed: handling a message threw");
  return {
    subscribe(call: ServerDuplexStream<SubscribeRequest, SubscribeResponse>) {
      const bidi = serverBidi(call, { onFault });
      // Shows the client that the stream is open, before there is a message to send.
      call.sendMetadata(new Metadata());
      handlers.subscribe(bidi, callerOf(call));
    },
  };
}
