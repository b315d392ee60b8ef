/**
 * Upper bounds of the buckets that durations are counted in, in milliseconds; one more bucket has what is longer. Fixed, so that
 * the counts of any two minutes, processes or machines can be added up; no bound is more than twice the one before, so that a share
 * read from them is not further off than that.
 */
export const TIME_BOUNDS_MS: readonly number[] = [
  1, 2, 3, 5, 7, 10, 15, 20, 30, 50, 70, 100, 150, 200, 300, 500, 700, 1_000, 1_500, 2_000, 3_000,
  5_000, 7_000, 10_000, 15_000, 20_000, 30_000, 60_000,
];

/** How many buckets there are. */
export const TIME_BUCKETS: number = TIME_BOUNDS_MS.length + 1;

/** The index of the bucket that a duration in milliseconds counts in. */
export function timeBucketOf(ms: number): number {
  let index = 0;
  while (ms > (TIME_BOUNDS_MS[index] ?? Number.POSITIVE_INFINITY)) index += 1;
  return index;
}

/** Durations, counted by bucket. */
export class TimeCounts {
  readonly times: number[] = new Array<number>(TIME_BUCKETS).fill(0);
  /** Their sum, in milliseconds. */
  timedMs = 0;

  /** Counts one. */
  add(ms: number): void {
    const index = timeBucketOf(ms);
    this.times[index] = (this.times[index] ?? 0) + 1;
    this.timedMs += ms;
  }
}

/**
 * The duration in milliseconds that this share of those counted did not exceed, read between the bounds of its bucket; 0 if
 * nothing was counted. Of what is longer than every bound only the largest bound is known.
 *
 * @param times Counts by bucket; trailing zeros can be left out.
 * @param share 0 to 1.
 */
export function quantileMs(times: readonly number[], share: number): number {
  const wanted = share * times.reduce((sum, count) => sum + count, 0);
  let below = 0;
  for (const [index, count] of times.entries()) {
    if (count === 0 || below + count < wanted) {
      below += count;
      continue;
    }
    const from = TIME_BOUNDS_MS[index - 1] ?? 0;
    const to = TIME_BOUNDS_MS[index] ?? from;
    return from + ((to - from) * (wanted - below)) / count;
  }
  return 0;
}
