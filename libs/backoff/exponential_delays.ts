import { DELAY_MS_MAX, RETRIES_MAX } from "./backoff_policy.ts";

/** Shape of {@linkcode exponentialDelays}. */
export interface ExponentialDelays {
  /** Number of retries, 0 to {@linkcode RETRIES_MAX}. */
  retries: number;
  /** Wait before the first retry, in milliseconds. */
  initialMs: number;
  /** What each wait is multiplied by to give the next, at least 1. */
  factor: number;
  /** Longest wait, in milliseconds, at most {@linkcode DELAY_MS_MAX}. */
  maxDelayMs: number;
}

/**
 * Waits that grow by a factor up to a longest one, in whole milliseconds.
 *
 * @throws {RangeError} names the value that is out of range.
 */
export function exponentialDelays(shape: ExponentialDelays): number[] {
  const { retries, initialMs, factor, maxDelayMs } = shape;
  if (!Number.isInteger(retries)) refuse("retries", retries, "a whole number");
  if (retries < 0 || retries > RETRIES_MAX) refuse("retries", retries, `0 to ${RETRIES_MAX}`);
  if (!(initialMs >= 0 && initialMs <= DELAY_MS_MAX)) {
    refuse("initialMs", initialMs, `0 to ${DELAY_MS_MAX}`);
  }
  if (!(factor >= 1 && factor < Number.POSITIVE_INFINITY)) refuse("factor", factor, "at least 1");
  if (!(maxDelayMs >= 0 && maxDelayMs <= DELAY_MS_MAX)) {
    refuse("maxDelayMs", maxDelayMs, `0 to ${DELAY_MS_MAX}`);
  }
  return Array.from({ length: retries }, (_, index) =>
    // A wait of nothing stays nothing, though the power overflows: 0 × Infinity is no number.
    initialMs === 0 ? 0 : Math.round(Math.min(maxDelayMs, initialMs * factor ** index)),
  );
}

function refuse(name: string, value: number, expected: string): never {
  throw new RangeError(`Cannot compute delays: ${name} is ${value}, expected ${expected}`);
}
