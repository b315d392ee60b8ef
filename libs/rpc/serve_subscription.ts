import {
  Metadata,
  type ServerDuplexStream,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import type { SubscribeRequest, SubscribeResponse } from "./generated/messages.ts";
import type { RpcLog } from "./rpc_log.ts";
import { serverBidi } from "./server_bidi.ts";
import type { SubscribeCaller, SubscribeHandlers } from "./subscribe_handlers.ts";

/** Options for {@linkcode serveSubscription}. */
export interface ServeSubscriptionOptions {
  /** Who a call's metadata shows. */
  callerOf: (metadata: Metadata) => SubscribeCaller;
  log: RpcLog;
}

/** Serves SubscriptionService. */
export function serveSubscription(
  handlers: SubscribeHandlers,
  { callerOf, log }: ServeSubscriptionOptions,
): UntypedServiceImplementation {
  const onFault = (error: unknown) =>
    log.error({ err: error }, "a subscriber's message could not be handled");
  return {
    subscribe(call: ServerDuplexStream<SubscribeRequest, SubscribeResponse>) {
      const bidi = serverBidi(call, { onFault });
      // Tells the client that the stream stands, before there is anything to say.
      call.sendMetadata(new Metadata());
      handlers.subscribe(bidi, callerOf(call.metadata));
    },
  };
}
