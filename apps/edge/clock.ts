/** Both kinds of time. */
export interface Clock {
  /** Milliseconds since 1970: what records say. */
  now(): number;
  /** Milliseconds that never jump: what deadlines are measured on. */
  monotonic(): number;
}

/** The machine's clocks. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
};
