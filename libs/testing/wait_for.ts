import { setTimeout as delay } from "node:timers/promises";
import { deadline } from "@hookgate/async";

/** Options for {@linkcode waitFor}. */
export interface WaitForOptions {
  /** What is waited for, as the error says it: `the delivery to be dead`. */
  what: string;
  /** Longest wait, in milliseconds. @default {5_000} */
  timeoutMs?: number;
}

type Falsy = false | null | undefined | 0 | "";

/** Wait between two looks, in milliseconds. */
const POLL_MS = 10;

/** A look that begins at the last moment still gets this long: a machine that stalled is no failed condition. */
const LOOK_MS_MIN = 1_000;

/**
 * Looks again and again until the condition holds, and returns what it returned. A condition that throws does not hold
 * yet.
 *
 * @throws {Error} names `what` once the time is up; its cause is what the condition last threw.
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
    // The look that decides began after the deadline.
    if (leftMs <= 0) throw new Error(`Cannot see ${what}: not within ${timeoutMs} ms`, { cause });
    await delay(POLL_MS);
  }
}

/** What the condition returns; false if it takes too long to say. */
function look<T>(condition: () => T | Promise<T>, ms: number): Promise<T | false> {
  return deadline((async () => condition())(), { ms, late: () => false as const });
}
