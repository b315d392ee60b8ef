import { randomOfSeed } from "@hookgate/testing";
import { expect, test } from "@jest/globals";
import { type Classes, welch, withoutSlowest } from "./welch.ts";

const SAMPLES = 40_000;

/** Samples of both classes in turn, normally distributed about a mean of each class. */
function samples({ seed = 1, shift = 0, spread = 1 } = {}): Classes {
  const random = randomOfSeed(seed);
  const classes = Uint8Array.from({ length: SAMPLES }, () => (random() < 0.5 ? 0 : 1));
  const times = Float64Array.from(classes, (one) => {
    const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    return 1_000 + (one === 1 ? shift : 0) + normal * (one === 1 ? spread : 1);
  });
  return { times, classes };
}

function of(a: readonly number[], b: readonly number[]): Classes {
  const classes = Uint8Array.from([...a.map(() => 0), ...b.map(() => 1)]);
  return { times: Float64Array.from([...a, ...b]), classes };
}

test("welch() matches the formula computed by hand", () => {
  // Variances 2.5 and 10 of five each: (3 - 6) / sqrt(2.5 / 5 + 10 / 5).
  const { t, means, counts } = welch(of([1, 2, 3, 4, 5], [2, 4, 6, 8, 10]));
  expect(t).toBeCloseTo(-3 / Math.sqrt(2.5), 12);
  expect(means).toEqual([3, 6]);
  expect(counts).toEqual([5, 5]);
});

test("welch() of one class of samples under two names is small", () => {
  for (const seed of [1, 2, 3, 4, 5, 6, 7, 8]) {
    expect(Math.abs(welch(samples({ seed })).t)).toBeLessThan(4.5);
    expect(Math.abs(welch(samples({ seed, spread: 20 })).t)).toBeLessThan(4.5);
  }
});

test("welch() detects a shift of a tenth of the spread, and which class is slower", () => {
  expect(welch(samples({ shift: 0.1 })).t).toBeLessThan(-4.5);
  expect(welch(samples({ shift: -0.1 })).t).toBeGreaterThan(4.5);
});

test("welch() loses no digits of large times", () => {
  const { times, classes } = samples({ shift: 0.1 });
  const later = { times: times.map((time) => time + 1e9), classes };
  expect(welch(later).t).toBeCloseTo(welch({ times, classes }).t, 3);
});

test("welch() of constants is 0 or infinite, and too few samples are an error", () => {
  expect(welch(of([1, 1], [1, 1])).t).toBe(0);
  expect(welch(of([1, 1], [2, 2])).t).toBe(-Infinity);
  expect(() => welch(of([1], [1, 2]))).toThrow("one has fewer than two samples");
});

test("withoutSlowest() drops the slowest of both classes together", () => {
  const { times, classes } = withoutSlowest(of([1, 9, 2], [3, 4, 8, 5, 6, 7, 10]), 0.2);
  expect([...times]).toEqual([1, 2, 3, 4, 8, 5, 6, 7]);
  expect([...classes]).toEqual([0, 0, 1, 1, 1, 1, 1, 1]);
  expect(withoutSlowest(of([1, 2], [3, 4]), 0).times).toHaveLength(4);
});

test("withoutSlowest() reveals a shift hidden by interruptions", () => {
  const { times, classes } = samples({ shift: 0.1 });
  const random = randomOfSeed(9);
  const disturbed = times.map((time) => (random() < 0.02 ? time * 100 * random() + time : time));
  expect(Math.abs(welch({ times: disturbed, classes }).t)).toBeLessThan(4.5);
  expect(welch(withoutSlowest({ times: disturbed, classes }, 0.05)).t).toBeLessThan(-4.5);
});
