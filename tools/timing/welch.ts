/** A t beyond this is not chance, even over many runs. */
export const T_MAX = 4.5;

/** Times of two classes of requests, in the order measured. */
export interface Classes {
  /** In any unit. */
  times: Float64Array;
  /** 0 or 1 for each time. */
  classes: Uint8Array;
}

/** Welch's t, and the means it compares. */
export interface Welch {
  t: number;
  means: readonly [number, number];
  /** Samples of each class. */
  counts: readonly [number, number];
}

/**
 * Returns Welch's t of two classes: how many standard errors their means are apart. Below 4.5 they cannot be told apart
 * with this many samples.
 *
 * @throws {RangeError} if a class has fewer than two samples.
 */
export function welch({ times, classes }: Classes): Welch {
  const of = [moments(), moments()] as const;
  for (const [at, time] of times.entries()) of[classes[at] === 1 ? 1 : 0].add(time);
  const [a, b] = of.map((one) => one.read()) as [Moments, Moments];
  if (a.count < 2 || b.count < 2) {
    throw new RangeError("Cannot compare two classes: one has fewer than two samples");
  }
  const error = Math.sqrt(a.variance / a.count + b.variance / b.count);
  // Two constants are equal, or infinitely far apart.
  const difference = a.mean - b.mean;
  const t =
    error === 0 ? (difference === 0 ? 0 : Math.sign(difference) * Infinity) : difference / error;
  return { t, means: [a.mean, b.mean], counts: [a.count, b.count] };
}

/**
 * Drops the slowest share of both classes together, such as one in twenty: interruptions by the garbage collector or other
 * processes would hide a real difference. Both classes have the same bound, so it favours neither.
 */
export function withoutSlowest({ times, classes }: Classes, share: number): Classes {
  const sorted = times.toSorted();
  const bound = sorted[Math.ceil(sorted.length * (1 - share)) - 1] ?? Infinity;
  const kept = [...times.keys()].filter((at) => (times[at] ?? Infinity) <= bound);
  return {
    times: Float64Array.from(kept, (at) => times[at] ?? 0),
    classes: Uint8Array.from(kept, (at) => classes[at] ?? 0),
  };
}

interface Moments {
  count: number;
  mean: number;
  variance: number;
}

/** Running mean and variance (Welford), which lose no digits for any number of values. */
function moments(): { add(value: number): void; read(): Moments } {
  let count = 0;
  let mean = 0;
  let squares = 0;
  return {
    add(value) {
      count += 1;
      const difference = value - mean;
      mean += difference / count;
      squares += difference * (value - mean);
    },
    read: () => ({ count, mean, variance: count < 2 ? 0 : squares / (count - 1) }),
  };
}
