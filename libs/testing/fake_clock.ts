/** A clock that only moves when told to. Its functions need no `this`. */
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
