/** Options for {@linkcode reconnectDelayMs}. */
export interface ReconnectDelayOptions {
  /** Longest wait after the first failure, in milliseconds. @default {100} */
  baseMs?: number;
  /** Longest wait after any number of failures, in milliseconds. @default {1_000} */
  maxMs?: number;
  /** Source of randomness in [0, 1). @default {Math.random} */
  random?: () => number;
}

/**
 * The wait before reconnecting or restarting, in whole milliseconds, after this many failures in a row. Full jitter:
 * anything from 0 to a bound that doubles up to `maxMs`, so that what failed together does not come back together.
 * 0 after no failure.
 *
 * @throws {RangeError} if `failures` is not a count.
 */
export function reconnectDelayMs(failures: number, options: ReconnectDelayOptions = {}): number {
  const { baseMs = 100, maxMs = 1_000, random = Math.random } = options;
  if (!Number.isInteger(failures) || failures < 0) {
    throw new RangeError(`Cannot choose a delay: failures is ${failures}, expected 0 or more`);
  }
  if (failures === 0 || baseMs === 0) return 0;
  return Math.round(random() * Math.min(maxMs, baseMs * 2 ** (failures - 1)));
}
