/**
 * Waiting, batching and rates: deadlines, the next turn of the event loop, threads for dear work, batches that fit, token
 * buckets, reconnect delays, bounded log lines, the time in which a process ran.
 *
 * ```ts
 * import { deadline } from "@hookgate/async";
 * const answer = await deadline(ask(), { ms: 1_000, late: () => null }); // null after a second
 * ```
 *
 * @module
 */
export * from "./copy_in_turns.ts";
export * from "./deadline.ts";
export * from "./line_budget.ts";
export * from "./once_per_turn.ts";
export * from "./reconnect_delay_ms.ts";
export * from "./running_clock.ts";
export * from "./take_fitting.ts";
export * from "./task_thread.ts";
export * from "./token_bucket.ts";
export * from "./turn_gate.ts";
