import { expect, test } from "@jest/globals";
import { quantileMs, TIME_BOUNDS_MS, TIME_BUCKETS, timeBucketOf } from "./time_counts.ts";

function timesOf(durations: readonly number[]): number[] {
  const times = new Array<number>(TIME_BUCKETS).fill(0);
  for (const ms of durations) times[timeBucketOf(ms)] = (times[timeBucketOf(ms)] ?? 0) + 1;
  return times;
}

test.each([
  [0, 0],
  [1, 0],
  [1.01, 1],
  [60_000, TIME_BUCKETS - 2],
  [60_001, TIME_BUCKETS - 1],
  [Number.POSITIVE_INFINITY, TIME_BUCKETS - 1],
])("timeBucketOf(%f) is %i", (ms, index) => {
  expect(timeBucketOf(ms)).toBe(index);
});

test("TIME_BOUNDS_MS at most double", () => {
  TIME_BOUNDS_MS.slice(1).forEach((bound, index) => {
    expect(bound / (TIME_BOUNDS_MS[index] ?? 0)).toBeLessThanOrEqual(2);
  });
});

test("quantileMs() of nothing is 0, and of what is over every bound the largest bound", () => {
  expect(quantileMs([], 0.5)).toBe(0);
  expect(quantileMs(timesOf([0, 0]).fill(0), 0.99)).toBe(0);
  expect(quantileMs(timesOf([100_000, 200_000]), 0.5)).toBe(60_000);
});

test("quantileMs() is within a bucket of the truth, whichever parts the counts were added up from", () => {
  const durations = Array.from({ length: 2_000 }, (_, index) => (index * 7919) % 2_000);
  const [one, other] = [timesOf(durations.slice(0, 700)), timesOf(durations.slice(700))];
  const merged = one.map((count, index) => count + (other[index] ?? 0));
  for (const share of [0.01, 0.5, 0.95, 0.99]) {
    const found = quantileMs(merged, share);
    expect(Math.abs(timeBucketOf(found) - timeBucketOf(share * 2_000))).toBeLessThanOrEqual(1);
    expect(found / (share * 2_000)).toBeGreaterThan(0.9);
    expect(found / (share * 2_000)).toBeLessThan(1.1);
  }
});
