/** Wall clock and monotonic time. */
export interface Clock {
  /** Milliseconds since 1970, for records. */
  now(): number;
  /** Milliseconds that never jump, for deadlines. */
  monotonic(): number;
}

/** The machine's clocks. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
};
