/**
 * How long to wait before trying again: retry policies, jitter, Retry-After. Pure; randomness and time are arguments.
 *
 * ```ts
 * import { nextDelayMs, RETRY_POLICIES } from "@hookgate/backoff";
 * nextDelayMs(RETRY_POLICIES.fast, 2); // 2_000, then 4_000, then null: out of retries
 * ```
 *
 * @module
 */
export * from "./next_delay_ms.ts";
export * from "./parse_retry_after.ts";
export * from "./retry_policies.ts";
