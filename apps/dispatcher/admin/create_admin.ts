import type { AdminHandlers } from "@hookgate/rpc";
import { type DeliveryCallsOptions, deliveryCalls } from "./delivery_calls.ts";
import { type EventCallsOptions, eventCalls } from "./event_calls.ts";
import { type HealthCallsOptions, healthCalls } from "./health_calls.ts";
import { type QuarantineCallsOptions, quarantineCalls } from "./quarantine_calls.ts";
import { type ReplayCallsOptions, replayCalls } from "./replay_calls.ts";
import { type SecretCallsOptions, secretCalls } from "./secret_calls.ts";
import { type SubscriptionCallsOptions, subscriptionCalls } from "./subscription_calls.ts";

/** What all operator calls need. */
export type CreateAdminOptions = EventCallsOptions &
  DeliveryCallsOptions &
  SubscriptionCallsOptions &
  ReplayCallsOptions &
  QuarantineCallsOptions &
  SecretCallsOptions &
  HealthCallsOptions;

/** The operator's calls. */
export function createAdmin(options: CreateAdminOptions): AdminHandlers {
  return {
    ...eventCalls(options),
    ...deliveryCalls(options),
    ...subscriptionCalls(options),
    ...replayCalls(options),
    ...quarantineCalls(options),
    ...secretCalls(options),
    ...healthCalls(options),
  };
}
