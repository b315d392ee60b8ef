import type { Bidi } from "./bidi.ts";
import type { SubscribeRequest, SubscribeResponse } from "./generated/messages.ts";

/** Who opened a stream. */
export interface SubscribeCaller {
  /** Whether its token allows it to receive what the subscription of this name wants. */
  allows(name: string): boolean;
}

/** The calls of SubscriptionService, for who serves them. */
export interface SubscribeHandlers {
  /**
   * Serves one stream of deliveries. The client speaks first and names a subscription: that the caller may have this one
   * is for who serves to ask, and to refuse as PERMISSION_DENIED.
   */
  subscribe(call: Bidi<SubscribeRequest, SubscribeResponse>, caller: SubscribeCaller): void;
}
