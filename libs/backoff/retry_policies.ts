import type { BackoffPolicy } from "./backoff_policy.ts";
import { exponentialDelays } from "./exponential_delays.ts";

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/**
 * The policies that a subscription may name. `fast` is the specification's: it gives up within seven seconds, so what
 * it loses to a restart of the target is for handlers that would rather be dead than late. `standard`, the default,
 * spreads over a day and outlasts an outage. Frozen, without a prototype: no other name finds anything.
 */
export const RETRY_POLICIES: Readonly<Record<"fast" | "standard", BackoffPolicy>> = Object.freeze({
  __proto__: null,
  fast: Object.freeze({
    name: "fast",
    delaysMs: Object.freeze(
      exponentialDelays({ retries: 3, initialMs: SECOND_MS, factor: 2, maxDelayMs: MINUTE_MS }),
    ),
    jitter: 0,
  }),
  standard: Object.freeze({
    name: "standard",
    delaysMs: Object.freeze([
      5 * SECOND_MS,
      30 * SECOND_MS,
      5 * MINUTE_MS,
      30 * MINUTE_MS,
      2 * HOUR_MS,
      5 * HOUR_MS,
      10 * HOUR_MS,
      10 * HOUR_MS,
    ]),
    jitter: 0.2,
  }),
});
