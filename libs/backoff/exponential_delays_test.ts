import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { DELAY_MS_MAX, RETRIES_MAX } from "./backoff_policy.ts";
import { exponentialDelays } from "./exponential_delays.ts";

test.each([
  [3, 1_000, 2, 60_000, [1_000, 2_000, 4_000]],
  [8, 1_000, 2, 60_000, [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]],
  [4, 5_000, 4, 36_000_000, [5_000, 20_000, 80_000, 320_000]],
  [3, 100, 1, 60_000, [100, 100, 100]],
  [3, 100, 1.5, 60_000, [100, 150, 225]],
  [4, 10, 1.1, 60_000, [10, 11, 12, 13]],
  [2, 5_000, 2, 1_000, [1_000, 1_000]],
  [2, 0, 2, 1_000, [0, 0]],
  [2, 1_000, 2, 0, [0, 0]],
  [0, 1_000, 2, 60_000, []],
])(
  "exponentialDelays() of %d from %d ms by %d up to %d ms",
  (retries, initialMs, factor, maxDelayMs, delays) => {
    expect(exponentialDelays({ retries, initialMs, factor, maxDelayMs })).toEqual(delays);
  },
);

test.each([0, 1])(
  "exponentialDelays() survives a power that overflows, from %d ms",
  (initialMs) => {
    const delays = exponentialDelays({ retries: 100, initialMs, factor: 1e300, maxDelayMs: 1_000 });
    expect(delays.at(-1)).toBe(initialMs * 1_000);
  },
);

test.each([
  ["retries", -1],
  ["retries", 1.5],
  ["retries", Number.NaN],
  ["retries", RETRIES_MAX + 1],
  ["initialMs", -1],
  ["initialMs", Number.NaN],
  ["initialMs", DELAY_MS_MAX + 1],
  ["factor", 0.5],
  ["factor", Number.NaN],
  ["factor", Number.POSITIVE_INFINITY],
  ["maxDelayMs", -1],
  ["maxDelayMs", Number.NaN],
  ["maxDelayMs", DELAY_MS_MAX + 1],
])("exponentialDelays() refuses %s of %d and names it", (name, value) => {
  const shape = { retries: 3, initialMs: 1_000, factor: 2, maxDelayMs: 60_000, [name]: value };
  expect(() => exponentialDelays(shape)).toThrow(RangeError);
  expect(() => exponentialDelays(shape)).toThrow(`Cannot compute delays: ${name} is ${value}`);
});

test("exponentialDelays() never shrinks, never passes its longest, and counts right", () => {
  const shape = fc.record({
    retries: fc.integer({ min: 0, max: RETRIES_MAX }),
    initialMs: fc.integer({ min: 0, max: DELAY_MS_MAX }),
    factor: fc.double({ min: 1, max: 1e6, noNaN: true }),
    maxDelayMs: fc.integer({ min: 0, max: DELAY_MS_MAX }),
  });
  fc.assert(
    fc.property(shape, (given) => {
      const delays = exponentialDelays(given);
      expect(delays).toHaveLength(given.retries);
      expect([...delays].sort((a, b) => a - b)).toEqual(delays);
      expect(delays.every((ms) => Number.isInteger(ms) && ms >= 0 && ms <= given.maxDelayMs)).toBe(
        true,
      );
    }),
  );
});
