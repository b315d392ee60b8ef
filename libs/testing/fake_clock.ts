/** A clock that stands still until it is told. Its functions can be passed on by themselves. */
export interface FakeClock {
  /** The time, in milliseconds since 1970. */
  now: () => number;
  /** Moves the time forward; a negative number moves it back. */
  advance: (ms: number) => void;
}

/** Makes a clock that shows `now`. */
export function fakeClock(options: { now: number }): FakeClock {
  let { now } = options;
  return {
    now: () => now,
    advance: (ms) => {
      now += ms;
    },
  };
}
