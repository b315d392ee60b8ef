import { setTimeout as delay } from "node:timers/promises";
import { deadline } from "@hookgate/async";

/** Options for {@linkcode waitFor}. */
export interface WaitForOptions {
  /** The expected state, for the error: `the delivery to be dead`. */
  what: string;
  /** Longest wait, in milliseconds. @default {5_000} */
  timeoutMs?: number;
}

type Falsy = false | null | undefined | 0 | "";

/** Wait between two looks, in milliseconds. */
const POLL_MS = 10;

/** Minimum time for the last look: a stalled machine is no failed condition. */
const LOOK_MS_MIN = 1_000;

/**
 * Polls the condition until it returns something truthy, and returns that. A condition that throws does not hold yet.
 *
 * @throws {Error} when the time is up; names `what`, and its cause is what the condition last threw.
 */
export async function waitFor<T>(
  condition: () => T | Promise<T>,
  options: WaitForOptions,
): Promise<Exclude<T, Falsy>> {
  const { what, timeoutMs = 5_000 } = options;
  const endsAt = performance.now() + timeoutMs;
  let cause: unknown;
  for (;;) {
    const leftMs = endsAt - performance.now();
    try {
      const result = await look(condition, Math.max(leftMs, LOOK_MS_MIN));
      if (result) return result as Exclude<T, Falsy>;
      cause = undefined;
    } catch (error) {
      cause = error;
    }
    // Only give up after a look that began after the deadline.
    if (leftMs <= 0) throw new Error(`Cannot see ${what}: not within ${timeoutMs} ms`, { cause });
    await delay(POLL_MS);
  }
}

/** The condition's result; false if it takes too long. */
function look<T>(condition: () => T | Promise<T>, ms: number): Promise<T | false> {
  return deadline((async () => condition())(), { ms, late: () => false as const });
}
