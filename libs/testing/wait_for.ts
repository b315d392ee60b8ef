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

/** Wait between two looks, in milliseconds … */
const POLL_MS = 10;

/** … and this part of the time waited so far, up to a bound: a look may cost what is waited for its share of the machine. */
const POLL_SHARE = 0.05;
const POLL_MS_MAX = 250;

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
  const startedAt = performance.now();
  const endsAt = startedAt + timeoutMs;
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
    const waitedMs = performance.now() - startedAt;
    await delay(Math.min(POLL_MS + waitedMs * POLL_SHARE, POLL_MS_MAX));
  }
}

/** The condition's result; false if it takes too long. */
function look<T>(condition: () => T | Promise<T>, ms: number): Promise<T | false> {
  return deadline((async () => condition())(), { ms, late: () => false as const });
}
