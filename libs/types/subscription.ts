import type { RetryPolicy } from "./retry_config.ts";

/** Where deliveries of a subscription go. */
export type Target = {
  kind: "handler";
  /** Absolute path of the handler's module. */
  path: string;
};

/** A **subscription**: who wants which events, known by name. */
export interface Subscription {
  name: string;
  /** Types that are wanted, exact or with `*` for any run of characters, such as `payment.*`. */
  events: readonly string[];
  target: Target;
  retry: RetryPolicy;
  /** Time for one attempt, in milliseconds. */
  timeoutMs: number;
  /** Attempts that one dispatcher runs at once. */
  concurrency: number;
}
